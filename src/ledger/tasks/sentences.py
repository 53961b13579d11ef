"""Facts about tasks and time, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "task.opened.v1": N_(
        "task {task_id}: {title:quote}[, by {due_on:day}][, {estimate_minutes:duration} expected]"
        "[, follows from {decision_id:name}][critical? — critical]"
    ),
    "task.assigned.v1": N_(
        "task {task_id:name}[answer=proposed?: offered to][!answer=proposed|declined?: taken by]"
        "[answer=declined?: declined by][person_id? {person_id:person}]"
        "[!person_id?[lieu_id? {lieu_id:name}]][, {deputy_id:person} standing in]"
    ),
    "task.handed_over.v1": N_(
        "task {task_id:name}[accepted?: handed over][!accepted?: hand-over offered]"
        "[ by {from_person_id:person}] to {to_person_id:person}"
    ),
    "task.closed.v1": N_("task {task_id:name}[outcome=completed?: done][outcome=cancelled?: cancelled]"),
    "time.logged.v1": N_(
        "{minutes:duration}, {activity:word}[ — {person_id:person}][ — {lieu_id:name}]"
        "[, on {task_id:name}] ({basis:word})"
    ),
    "capacity.declared.v1": N_(
        "{person_id:person}[minutes_per_month? can give {minutes_per_month:duration} a month]"
        "[!minutes_per_month? no longer says how much time to count on], from {held_from:day}"
        "[ until {held_until:day}]"
    ),
}
