"""What a request costs, beside a bare view on the same server: ``make bench``."""
