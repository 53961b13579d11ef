"""Facts about money, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "call.opened.v1": N_(
        "Call of {funder_id:name} opened ({call_kind:word}): {title:quote} ({call_id})"
        "[, {criteria:number:criterion|criteria}][, up to {ceiling_cents:money}]"
        "[, until {closes_on:day}][, for those eligible to {requires_call_id}]"
    ),
    "application.filed.v1": N_(
        "Application {application_id} filed with {funder_id:name}: {title:quote}[, call {call_id}]"
        ", by {applicant_id:name}[, for {lieu_id:name}][, {requested_cents:money} asked for]"
        "[, by {decision_id:name}][despite?, against rule {despite}]"
    ),
    "application.answered.v1": N_(
        "Application {application_id} answered: [answer=awarded?awarded][answer=refused?refused]"
        "[, {awarded_cents:money}][, {criteria:number:criterion|criteria} assessed]"
        "[, by {assessor_id:name}][, act {award}][; {reason}]"
    ),
    "convention.signed.v1": N_(
        "Convention {convention_id} signed: {title:quote}, {amount_cents:money} from {funders:name} "
        "to {carrier_id:name}, from {starts_on:day} to {ends_on:day}[, award {award}]"
        "[, application {application_id}][, signed by {signatory_id:person}]"
        "[, by {decision_id:name}][, {plan:number:line|lines} in the plan]"
        "[, {instalments:number:instalment|instalments}]"
    ),
    "convention.amended.v1": N_(
        "Convention {convention_id} amended ({amendment}): {reason}[, {amount_cents:money} from now on]"
        "[, from {starts_on:day}][, until {ends_on:day}][, {plan:number:line|lines} in the new plan]"
        "[, {instalments:number:instalment|instalments}][, by {decision_id:name}]"
    ),
    "convention.ended.v1": N_(
        "Convention {convention_id} [how=closed?closed][how=terminated?terminated][: {reason}]"
        "[, by {decision_id:name}]"
    ),
    "convention.published.v1": N_("Data of convention {convention_id} made public: {channel}[, {url}]"),
    "instalment.called.v1": N_(
        "{amount_cents:money} called from the funder: {instalment_id} ({instalment_kind:word})"
    ),
    "instalment.received.v1": N_(
        "{amount_cents:money} received from [!funder_id?the funder][{funder_id:name}]: "
        "{instalment_id} ({instalment_kind:word})[, bank reference {bank_reference}]"
        "[!convention_id?, without a convention]"
    ),
    "funds.allocated.v1": N_(
        "{amount_cents:money} allocated[ to {lieu_id:name}][ to {person_id:person}], line {line}"
        "[mode=transfer?, to be paid over] ({allocation_id}), by {decision_id:name}"
    ),
    "funds.reallocated.v1": N_(
        "{amount_cents:money} moved from {from_allocation_id}[ to {to_allocation_id}]"
        "[!to_allocation_id?, free to be allocated again], by {decision_id:name}"
        "[, agreed by the funder: {funder_approval}]"
    ),
    "funds.committed.v1": N_(
        "{amount_cents:money} engaged ({commitment_id})[: {label:quote}][!opens?, an engagement changed]"
        "[, with {supplier_id:name}], allocation {allocation_id}"
    ),
    "funds.transferred.v1": N_(
        "{amount_cents:money} [!paid?to be ]transferred to {to_id:name} ({basis:word}) ({transfer_id})"
        "[, allocation {allocation_id}][, by {decision_id:name}][, bank reference {bank_reference}]"
        "[despite?, against rule {despite}]"
    ),
    "expense.recorded.v1": N_(
        "{amount_cents:money} spent: {label:quote} ({expense_id})[, line {line}][, for {lieu_id:name}]"
        "[, paid to {supplier_id:name}][, allocation {allocation_id}][, commitment {commitment_id}]"
        "[, by {decision_id:name}][, shared in {shares:number:part|parts}]"
        "[, {evidence:number:piece|pieces} of evidence][!evidence?, without evidence]"
    ),
    "expense.disallowed.v1": N_(
        "{amount_cents:money} of {expense_id} not accepted[ by {funder_id:name}] ({convention_id}): {reason}"
    ),
    "in_kind.recorded.v1": N_(
        "Given without money ({nature:word}): [{label:quote}, ]{value_cents:money}[ by {lieu_id:name}]"
        "[ by {organisation_id:name}], {method} ({in_kind_id})[, {rent_cents:money} paid all the same]"
    ),
    "dedicated_funds.recorded.v1": N_(
        "Dedicated funds {fiscal_year}: {amount_cents:money} [movement=carried?carried forward]"
        "[movement=used?used] ({convention_id})"
    ),
    "report.filed.v1": N_(
        "Report {report_id} given to the funder ({report_kind:word})[, year {fiscal_year}]"
        ", up to {covers_until:day} ({convention_id})"
    ),
    "report.answered.v1": N_("Report {report_id} answered: {answer:word}[; {reason}] ({convention_id})"),
}
