"""The hard days of field service, each by its name, with the tests that prove it. `test_list` keeps this page true: every test that is
named here exists, and a hard day without a test is a failure.

A day is one of S13 of the third issue. Ids are as pytest and vitest print them: a file and the name of a test in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Day:
    """`what` happens, what must come of it, and `tests` by file."""

    what: str
    then: str
    tests: dict[str, tuple[str, ...]]


DAYS: dict[str, Day] = {
    "quota": Day(
        "The phone's storage is full.",
        "The text is kept although the photo cannot be; what is not kept is never said to be.",
        {
            "tests/e2e/test_storage.py": ("test_the_photo_does_not_fit_and_the_words_are_kept_all_the_same",),
            "pwa/test/quota.test.ts": (
                "keeps the words when piece %i of a photo does not fit, and nothing of it", "does not write again a photo that is here already",
            ),
            "pwa/test/faults.test.ts": ("a full or hung store is named, and the screen does not say saved",),
            "pwa/src/sw/lifecycle.test.ts": ("leaves the old build alone when the disk is full",),
        },
    ),
    "evicted": Day(
        "The browser has cleared the phone's store.",
        "The phone sees it at its start and says to the engineer what is lost; his jobs come again, nothing twice.",
        {
            "tests/e2e/test_storage.py": ("test_a_store_that_was_cleared_is_said_to_the_engineer",),
            "pwa/test/evicted.test.ts": (
                "is seen at the next start: so much was not sent, as of when", "is said until somebody has read it, also over a start",
                "is known from the server when the canary went with it",
                "is a first start, a log-out, somebody else's phone, or a device that began anew by itself",
            ),
            "tests/hard_days/test_evicted.py": ("test_the_server_knows_that_this_session_had_another_store",),
        },
    ),
    "disk full": Day(
        "The server's disk is full: database, files, thumbnails.",
        "507 with a sentence, reads go on, nothing that was acknowledged is lost, and it goes on by itself when there is room.",
        {
            "tests/server/core/test_troubles.py": (
                "test_a_file_that_cannot_grow_is_full_and_reads_go_on", "test_a_failure_of_the_moment_parks_nothing",
            ),
            "tests/server/accounts/test_guessing.py": ("test_reading_goes_on_when_the_disk_is_full",),
            "tests/media/test_uploads.py": (
                "test_a_full_disk_says_so_and_the_upload_goes_on_later", "test_wherever_the_disk_is_full_no_byte_that_was_said_is_lost",
            ),
            "tests/media/test_storage.py": ("test_a_full_disk_is_said_and_recovers",),
            "tests/server/attachments/test_inspection.py": ("test_a_full_disk_puts_it_off_and_it_recovers_by_itself",),
            "pwa/test/uploads.test.ts": ("wait while the server is full, and are tried again by themselves",),
        },
    ),
    "database locked": Day(
        "Another program holds the database for half a minute.",
        "Phones hear that it is busy and when to come again, reads go on, afterwards all is applied once.",
        {
            "tests/server/core/test_troubles.py": (
                "test_a_locked_database_is_busy_and_takes_all_afterwards", "test_locked_between_storing_and_applying",
            ),
            "tests/hard_days/test_database.py": ("test_locked_for_a_while_a_server_and_its_worker_go_on_by_themselves",),
            "tests/server/notices/test_channels.py": ("test_a_database_that_is_locked_keeps_nobody_from_sending",),
        },
    ),
    "database restarted": Day(
        "PostgreSQL is restarted, in good order and by pulling the plug.",
        "Web and worker recover by themselves; a push under way is applied exactly once.",
        {
            "tests/hard_days/test_database.py": ("test_postgresql_is_restarted_under_a_running_server",),
            "tests/sync/test_doors.py": (
                "test_a_database_that_is_down_is_busy_with_all_headers", "test_a_pool_without_a_free_connection_is_busy",
            ),
            "tests/server/core/test_leases.py": (
                "test_an_outcome_is_kept_while_the_database_is_away", "test_a_claim_that_fails_loses_nothing_of_what_is_under_way",
            ),
            "tests/server/core/test_due_work.py": ("test_a_failure_of_the_moment_is_waited_for_and_never_an_attempt",),
        },
    ),
    "hostile photos": Day(
        "Photos that are none, truncated, of 400 megapixels, of a wrong hash, polyglots, SVG; bytes that are gone.",
        "Each is refused with its reason, kept for its sender, shown to nobody; it costs neither memory nor time of the others.",
        {
            "tests/media/test_pictures.py": (
                "test_what_is_hostile_is_refused_with_its_reason", "test_the_corpus_is_large_and_each_reason_has_its_sentences",
                "test_memory_that_is_not_there_is_a_reason_and_no_crash", "test_what_hangs_or_breaks_the_process_is_refused",
            ),
            "tests/server/attachments/test_inspection.py": (
                "test_what_is_none_is_refused_with_its_reason", "test_bytes_that_are_not_there_are_said_to_be_missing",
                "test_a_process_ended_from_outside_is_tried_again_and_at_last_given_up",
            ),
            "tests/server/attachments/test_reading.py": ("test_what_nobody_looked_at_or_was_refused_is_for_its_sender_alone",),
            "tests/media/test_storage.py": ("test_bytes_that_do_not_fit_their_name_are_dropped",),
            "tests/sync/test_intake_and_blobs.py": ("test_damaged_bytes_are_dropped_and_sent_again",),
        },
    ),
    "push gone": Day(
        "A browser's push endpoint is gone (404, 410), or its service hangs.",
        "It is forgotten and the next way taken; one that hangs holds up no other.",
        {
            "tests/journeys/test_called.py": (
                "test_a_push_endpoint_that_is_gone_is_forgotten_and_the_next_channel_called",
                "test_of_two_phones_the_one_that_is_gone_does_not_silence_the_other",
            ),
            "tests/journeys/test_customers_told.py": ("test_who_subscribed_on_the_page_is_told_there_and_nowhere_else",),
            "tests/server/notices/test_channels.py": (
                "test_what_a_push_service_answers", "test_a_push_service_that_hangs_or_is_not_there_is_asked_again",
            ),
        },
    ),
    "carrier": Day(
        "The SMS carrier is down, hangs, or answers twice.",
        "Down: later, then by mail. Hanging: unclear, said so, never sent again by itself. Twice: once.",
        {
            "tests/server/notices/test_channels.py": (
                "test_what_a_carrier_answers", "test_a_carrier_that_is_down_or_refuses_the_login_has_got_nothing",
                "test_a_part_that_is_refused_after_others_leaves_it_unclear", "test_a_receipt_that_cannot_be_stored_is_not_acknowledged",
                "test_a_receipt_that_cannot_be_stored_now_is_stored_later",
            ),
            "tests/journeys/test_customers_told.py": (
                "test_a_carrier_that_is_down_gives_way_to_mail_in_the_end",
                "test_an_sms_whose_outcome_is_unknown_is_shown_and_never_sent_again",
                "test_receipts_settle_a_message_part_by_part_and_may_come_first",
            ),
            "tests/server/notices/test_killed.py": ("test_a_worker_that_is_killed_while_sending",),
        },
    ),
    "templates": Day(
        "A message text is broken: a place that nobody fills, a brace without its partner, a language missing.",
        "The server does not start with it and says where; no message ever fails for its text.",
        {
            "tests/server/notices/test_texts.py": (
                "test_a_broken_text_is_refused_with_its_place", "test_other_nonsense_is_refused_too",
                "test_every_text_there_is_can_be_filled_whatever_people_are_called",
            ),
        },
    ),
    "crew": Day(
        "Two engineers and a dispatcher work on one order at the same time, two of them without signal.",
        "In whatever order it arrives nothing of anybody is lost and all end alike.",
        {
            "tests/hard_days/test_crew.py": (
                "test_whoever_comes_first_nothing_of_anybody_is_lost", "test_both_at_the_same_moment_while_asha_decides",
                "test_done_is_done_when_the_second_has_ended_and_the_customer_hears_it_once",
                "test_taken_from_one_of_them_meanwhile_what_he_did_is_kept_and_the_other_goes_on",
            ),
            "tests/sync/test_two_writers.py": ("test_parked_while_the_visit_goes_to_another",),
            "tests/sync/test_stories.py": ("test_t7_a_chain_of_five_with_a_foreign_edit_at_each_position",),
        },
    ),
    "updated": Day(
        "The app is updated while 500 mutations wait, some of them half sent.",
        "The new version sends all of them, in order and once; a form that is being written in is not interrupted.",
        {
            "pwa/test/upgrade.test.ts": ("500 queued, updated %s",),
            "tests/e2e/test_update_queued.py": ("test_an_update_with_500_queued_loses_nothing_and_the_new_version_sends_all",),
            "tests/e2e/test_update.py": ("test_a_new_version_never_interrupts_a_form",),
            "tests/sync/test_stories.py": ("test_t19_one_poison_in_five_hundred",),
            "pwa/src/sw/lifecycle.test.ts": ("refuses a file of another build: a deploy in the middle of the install",),
        },
    ),
}  # fmt: skip
