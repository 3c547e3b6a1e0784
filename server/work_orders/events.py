"""What can have happened to orders, visits and comments."""

from server.core.events import declare

CREATED = declare("work_order.created", "A problem or task was taken in.")
EDITED = declare("work_order.edited", "Fields of an order changed.")
CANCELLED = declare("work_order.cancelled", "An order was cancelled with its open visits.")
STATUS_SET = declare("work_order.status_set", "The flow gave the order another status.")
COMMENTED = declare("comment.added", "Someone wrote a remark, perhaps late.")
VISIT_PLANNED = declare("visit.planned", "A trip was planned.")
VISIT_TAKEN_ON = declare(
    "visit.taken_on", "An engineer took a job on himself: nobody planned the visit, nobody has to be told of it."
)
VISIT_MOVED = declare("visit.moved", "Planned or promised times of a visit changed.")
VISIT_EDITED = declare("visit.edited", "Findings or other entered fields of a visit changed.")
VISIT_LEFT_PHONE = declare("visit.left_phone", "An ended visit is no longer kept on the engineer's phone.")
BY_COMMAND = {
    "visit.dispatch": declare("visit.dispatched", "The visit was sent to an engineer."),
    "visit.accept": declare("visit.accepted", "The engineer accepted."),
    "visit.decline": declare("visit.declined", "The engineer gave it back before accepting."),
    "visit.travel": declare("visit.travel_started", "The engineer set out."),
    "visit.arrive": declare("visit.arrived", "The engineer is on site."),
    "visit.pause": declare("visit.paused", "Work or travel was interrupted."),
    "visit.resume": declare("visit.resumed", "It goes on."),
    "visit.complete": declare("visit.completed", "The engineer finished; the outcome says whether parts are needed."),
    "visit.cannot_complete": declare("visit.could_not_complete", "The engineer could not finish, with a reason."),
    "visit.revert": declare("visit.reverted", "The engineer took his last step back within five minutes."),
    "visit.unassign": declare("visit.unassigned", "The office took the visit from the engineer."),
    "visit.cancel": declare("visit.cancelled", "The office cancelled the visit."),
}
WORK_TYPE_ADDED = declare("work_type.added", "A kind of work was added.")
