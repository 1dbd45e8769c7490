"""``/posts/``: who holds which post, what is vacant, leaves and hand-overs."""

from django.urls import path

from portal import bulk_post_views, leave_views, post_views

app_name = "posts"

urlpatterns = [
    path("", post_views.post_list, name="list"),
    path("people/", post_views.people, name="people"),
    path("vacant/", post_views.vacant, name="vacant"),
    path("owners/", post_views.owners, name="owners"),
    path("owned/", post_views.owned, name="owned"),
    path("hand-over/", post_views.hand_over, name="hand_over"),
    path("appoint/", bulk_post_views.appoint_many, name="appoint_many"),
    path("appoint/<uuid:pk>/", post_views.appoint, name="appoint"),
    path("<uuid:pk>/end/", post_views.end, name="end"),
    path("leaves/", leave_views.leave_list, name="leaves"),
    path("leaves/add/", leave_views.leave_add, name="leave_add"),
    path("leaves/<uuid:pk>/cancel/", leave_views.leave_cancel, name="leave_cancel"),
]
