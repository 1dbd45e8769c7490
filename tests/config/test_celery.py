"""The promises of the background: what beat names exists, what is lost returns."""

from config.celery import BEHAVIOUR, app
from config.schedule import BEAT_SCHEDULE


def test_beat_names_only_tasks_that_exist() -> None:
    app.loader.import_default_modules()

    named = {entry["task"] for entry in BEAT_SCHEDULE.values()}

    assert named - set(app.tasks) == set()


def test_a_task_ends_before_its_message_is_given_to_somebody_else() -> None:
    visible_again = BEHAVIOUR["broker_transport_options"]["visibility_timeout"]

    assert BEHAVIOUR["task_soft_time_limit"] < BEHAVIOUR["task_time_limit"]
    assert BEHAVIOUR["task_time_limit"] < visible_again


def test_the_work_of_a_killed_worker_is_back_within_a_minute() -> None:
    """Kombu looks every ten seconds, and each look must be a real one."""
    options = BEHAVIOUR["broker_transport_options"]

    assert options["unacked_restore_throttle"] == 1
    assert options["visibility_timeout"] + 10 < 60
    assert (BEHAVIOUR["task_acks_late"], BEHAVIOUR["task_reject_on_worker_lost"]) == (
        True,
        True,
    )


def test_settings_and_behaviour_arrive_in_celery() -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_default_queue == "default"
    assert app.conf.timezone == "Asia/Shanghai"
    assert app.conf.beat_schedule == BEAT_SCHEDULE
