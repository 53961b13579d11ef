"""Acts of public money: an index. Pure.

The rules refuse our own intentions (allocate, move, call) and record facts (received, spent) as they
come. What a command contradicts within itself is a usage error, for there is no rule to discuss.

Each theme has a module, with its commands and what decides them.
"""

from ledger.funds.allocations import AllocateFunds, ReallocateFunds
from ledger.funds.calls import AnswerApplication, FileApplication, OpenCall
from ledger.funds.conventions import AmendConvention, EndConvention, PublishConvention, SignConvention
from ledger.funds.engaging import CommitFunds, ReleaseFunds, TransferFunds
from ledger.funds.expenses import DisallowExpense, RecordExpense
from ledger.funds.in_kind import RecordInKind
from ledger.funds.instalments import CallInstalment, ReceiveInstalment, RecordDedicatedFunds
from ledger.funds.reports import AnswerReport, FileReport
from ledger.kernel.messages import Command

COMMANDS: tuple[type[Command], ...] = (
    OpenCall,
    FileApplication,
    AnswerApplication,
    SignConvention,
    AmendConvention,
    EndConvention,
    PublishConvention,
    CallInstalment,
    ReceiveInstalment,
    AllocateFunds,
    ReallocateFunds,
    CommitFunds,
    ReleaseFunds,
    TransferFunds,
    RecordExpense,
    DisallowExpense,
    RecordInKind,
    RecordDedicatedFunds,
    FileReport,
    AnswerReport,
)
