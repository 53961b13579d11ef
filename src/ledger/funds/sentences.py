"""Facts about money, told in a sentence. Date and author are added by who tells them."""

from __future__ import annotations

from ledger.language.catalogue import N_

SENTENCES: dict[str, str] = {
    "convention.signed.v1": N_(
        "Convention {convention_id} signed: {title:quote}, {amount_cents:money} from {funders:name} "
        "to {carrier_id:name}, from {starts_on:day} to {ends_on:day}[, award {award}]"
        "[, by {decision_id:name}][, {plan:number:line|lines} in the plan]"
        "[, {instalments:number:instalment|instalments}]"
    ),
    "instalment.called.v1": N_(
        "{amount_cents:money} called from the funder: {instalment_id} ({instalment_kind:word})"
    ),
    "instalment.received.v1": N_(
        "{amount_cents:money} received from the funder: {instalment_id} ({instalment_kind:word})"
        "[, bank reference {bank_reference}]"
    ),
    "funds.allocated.v1": N_(
        "{amount_cents:money} allocated[ to {lieu_id:name}][ to {person_id:person}], line {line}"
        "[mode=transfer?, to be paid over] ({allocation_id}), by {decision_id:name}"
    ),
    "funds.reallocated.v1": N_(
        "{amount_cents:money} moved from {from_allocation_id} to {to_allocation_id}, by {decision_id:name}"
        "[, agreed by the funder: {funder_approval}]"
    ),
    "expense.recorded.v1": N_(
        "{amount_cents:money} spent: {label:quote} ({expense_id})[, line {line}][, for {lieu_id:name}]"
        "[, paid to {supplier_id:name}][, allocation {allocation_id}][, by {decision_id:name}]"
        "[, {evidence:number:piece|pieces} of evidence][!evidence?, without evidence]"
    ),
    "dedicated_funds.recorded.v1": N_(
        "Dedicated funds {fiscal_year}: {amount_cents:money} [movement=carried?carried forward]"
        "[movement=used?used] ({convention_id})"
    ),
}
