"""The one table of the words that files are written in: acts, keys and codes, in French and English.

English is the name in the code without its unit (`amount_cents` is written `amount`); French is the
first spelling listed, and the others are understood too. Accents, case, hyphens and underscores make
no difference. The reference, the JSON Schema and the templates are generated from this table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ledger.exchange.words import bare
from ledger.kernel.spelling import near as nearest
from ledger.language import terms

ACTS: dict[str, str] = {
    "found-consortium": "fonder-consortium",
    "register-organisation": "inscrire-structure",
    "register-lieu": "inscrire-lieu",
    "register-person": "inscrire-personne",
    "update-party": "mettre-à-jour",
    "close-lieu": "fermer-lieu",
    "erase-person": "effacer-personne",
    "adopt-rules": "adopter-règles",
    "give-role": "donner-rôle",
    "end-role": "terminer-rôle",
    "set-rotation": "fixer-tour",
    "take-turn": "prendre-tour",
    "begin-dissolution": "engager-dissolution",
    "dissolve-consortium": "dissoudre-consortium",
    "convene-meeting": "convoquer-réunion",
    "hold-meeting": "tenir-réunion",
    "close-meeting": "clore-réunion",
    "make-proposal": "faire-proposition",
    "raise-objection": "soulever-objection",
    "settle-objection": "lever-objection",
    "open-decision": "ouvrir-décision",
    "cast-ballot": "voter",
    "adopt-decision": "adopter-décision",
    "reject-decision": "rejeter-décision",
    "issue-opinion": "rendre-avis",
    "end-decision": "terminer-décision",
    "publish-decision": "publier-décision",
    "open-task": "ouvrir-tâche",
    "assign-task": "confier-tâche",
    "hand-over-task": "transmettre-tâche",
    "close-task": "clore-tâche",
    "log-time": "noter-temps",
    "declare-capacity": "dire-disponibilité",
    "open-call": "ouvrir-appel",
    "file-application": "déposer-candidature",
    "answer-application": "répondre-candidature",
    "sign-convention": "signer-convention",
    "amend-convention": "signer-avenant",
    "end-convention": "terminer-convention",
    "publish-convention": "publier-convention",
    "file-report": "remettre-compte-rendu",
    "answer-report": "répondre-compte-rendu",
    "call-instalment": "appeler-versement",
    "receive-instalment": "recevoir-versement",
    "allocate-funds": "affecter-fonds",
    "reallocate-funds": "redéployer-fonds",
    "commit-funds": "engager-fonds",
    "release-funds": "désengager-fonds",
    "transfer-funds": "virer-fonds",
    "record-expense": "noter-dépense",
    "disallow-expense": "écarter-dépense",
    "record-in-kind": "valoriser-apport",
    "record-dedicated-funds": "noter-fonds-dédiés",
    "set-indicator": "fixer-indicateur",
    "measure-indicator": "mesurer-indicateur",
    "hold-review": "tenir-revue",
    "learn-lesson": "tirer-leçon",
    "sign-accompaniment": "signer-accompagnement",
    "start-mission": "commencer-mission",
    "submit-deliverable": "remettre-livrable",
    "answer-deliverable": "répondre-livrable",
    "attach-evidence": "joindre-pièce",
    "answer-flag": "répondre-signal",
    "seal-period": "sceller-période",
}

KEYS: dict[str, tuple[str, ...]] = {
    # of any act
    "id": ("id", "identifiant"),
    "on": ("le", "date"),
    "from": ("du", "depuis", "à partir du", "de"),
    "until": ("au", "jusqu'au"),
    "reason": ("motif", "raison"),
    "kind": ("genre", "type", "sorte"),
    "name": ("nom",),
    "title": ("titre",),
    "text": ("texte",),
    "meeting": ("réunion",),
    "decision": ("décision", "selon", "suite de", "follows", "under", "by decision"),
    "lieu": ("lieu", "chez", "à", "at", "to"),
    "person": ("personne", "qui", "who"),
    "who": ("qui", "à", "to"),
    "role": ("rôle",),
    "document": ("document",),
    "outcome": ("issue", "résultat"),
    "how": ("comment",),
    # parties and the consortium
    "territory": ("territoire",),
    "purpose": ("activité", "but", "activity"),
    "demo": ("démonstration", "démo"),
    "illustrative": ("illustratif",),
    "organisation": ("structure", "organisation"),
    "party": ("partie", "qui", "who"),
    "legal_form": ("forme juridique",),
    "sector": ("secteur",),
    "commune": ("commune",),
    "opened": ("ouvert", "ouverture"),
    "member": ("membre",),
    "email": ("courriel", "mél"),
    "phone": ("téléphone",),
    "engagement": ("engagement",),
    "referent": ("référent", "référente"),
    "resources": ("ressources",),
    "effective": ("effet", "en vigueur"),
    "signatories": ("signataires",),
    "method": ("méthode",),
    "quorum": ("quorum",),
    "quorum_share": ("part de quorum", "quorum en part"),
    "second_quorum": ("second quorum", "quorum en seconde convocation"),
    "second_quorum_share": ("part de second quorum", "second quorum en part"),
    "threshold": ("seuil",),
    "proxy_limit": ("pouvoirs par siège", "pouvoirs au plus"),
    "colleges": ("collèges",),
    "college": ("collège",),
    "seats": ("sièges",),
    "weight": ("poids",),
    "sectors": ("secteurs",),
    "methods": ("méthodes",),
    "domains": ("domaines",),
    "mandates": ("mandats",),
    "max_months": ("mois au plus", "durée en mois"),
    "max_consecutive": ("mandats de suite", "de suite au plus"),
    "replaces": ("remplace", "à la place de"),
    "workday": ("journée",),
    "reallocation_tolerance": ("tolérance", "tolerance"),
    "flags": ("signaux",),
    "carrier_kind": ("portage",),
    "fee": ("frais",),
    "time_per_month": ("temps par mois",),
    "critical": ("critique",),
    "single_seat": ("siège unique",),
    "order": ("ordre",),
    "period": ("chaque", "période", "every"),
    "rotation": ("tour", "rotation", "tour de rôle", "turn"),
    "term": ("pour", "for"),
    "unavailable": ("indisponibles", "indisponible"),
    "funds_disposition": ("dévolution",),
    # meetings
    "planned": ("prévue", "prévu", "pour le"),
    "host": ("chez", "lieu", "at"),
    "agenda": ("ordre du jour",),
    "notice_sent": ("convocation",),
    "facilitator": ("anime", "animation"),
    "minute_taker": ("note", "notes", "secrétaire"),
    "present": ("présents", "présentes", "présent"),
    "excused": ("excusés", "excusées", "excusé"),
    "guests": ("invités", "invitées"),
    "proxies": ("pouvoirs", "procurations"),
    "carried_by": ("porté par", "à", "to"),
    "duration": ("durée", "temps"),
    "minutes_document": ("compte rendu",),
    # decisions
    "domain": ("domaine",),
    "ceiling": ("plafond",),
    "review": ("revoir", "à revoir"),
    "expires": ("expire",),
    "proposer": ("proposée par", "proposé par", "proposed by"),
    "lieux": ("lieux",),
    "beneficiaries": ("bénéficiaires", "au bénéfice de"),
    "second_call": ("seconde convocation", "deuxième convocation"),
    "by_college": ("par collège",),
    "secret": ("secret", "à bulletin secret"),
    "paramount": ("majeure", "bloquante"),
    "ground": ("fondement", "motif", "raison", "reason"),
    "objection": ("objection",),
    "closes": ("clôture",),
    "seat": ("siège",),
    "option": ("choix", "voix"),
    "proxy_for": ("pouvoir de", "procuration de"),
    "count_for": ("pour", "for"),
    "count_against": ("contre", "against"),
    "count_abstain": ("abstentions", "abstain"),
    "count_favourable": ("favorables", "favourable"),
    "count_reserved": ("réservés", "reserved"),
    "count_unfavourable": ("défavorables", "unfavourable"),
    "represented": ("représentés", "représentées"),
    "position": ("avis",),
    "addressee": ("destinataire",),
    "by_decision": ("par", "by"),
    "channel": ("canal",),
    "url": ("lien", "adresse"),
    # tasks and time
    "deputy": ("binôme", "suppléant", "suppléante"),
    "due": ("pour", "échéance", "by"),
    "estimate": ("durée", "duration", "estimation"),
    "task": ("tâche",),
    "answer": ("réponse",),
    "to": ("à", "vers"),
    "accepted": ("acceptée",),
    "notes": ("notes",),
    "activity": ("activité",),
    "basis": ("statut",),
    "month": ("mois",),
    # money
    "funders": ("financeurs", "financeur", "funder"),
    "funder": ("financeur",),
    "carrier": ("porteuse", "porteur", "structure porteuse"),
    "amount": ("montant",),
    "starts": ("début", "du", "from"),
    "ends": ("fin", "au", "until"),
    "award": ("attribution",),
    "years": ("années", "par an"),
    "year": ("année", "exercice"),
    "plan": ("plan", "plan de financement"),
    "instalments": ("versements", "tranches"),
    "instalment": ("versement", "tranche"),
    "conditions": ("conditions",),
    "convention": ("convention",),
    "bank_reference": ("référence bancaire",),
    "evidence": ("pièces", "pièce"),
    "line": ("ligne",),
    "mode": ("mode",),
    "allocation": ("affectation", "enveloppe"),
    "from_allocation": ("de", "from"),
    "to_allocation": ("vers", "à", "to"),
    "funder_approval": ("accord du financeur",),
    "label": ("objet", "libellé"),
    "paid": ("payée", "payé"),
    "account": ("compte",),
    "supplier": ("fournisseur",),
    "paid_to": ("bénéficiaire", "payée à"),
    "movement": ("mouvement",),
    "side": ("sens",),
    "nature": ("nature",),
    "clause": ("clause",),
    "eligible_from": ("éligible du",),
    "eligible_until": ("éligible au",),
    "tolerance": ("tolérance",),
    "max_public": ("part publique maximale",),
    "regrant_to": ("reversement à",),
    "report_due_months": ("compte rendu sous mois",),
    "call": ("appel",),
    "application": ("candidature", "dossier"),
    "criteria": ("critères",),
    "criterion": ("critère",),
    "met": ("rempli", "remplie"),
    "requires": ("suppose", "exige"),
    "applicant": ("candidat", "candidate"),
    "requested": ("demandé", "demande"),
    "awarded": ("accordé",),
    "assessor": ("instructeur", "instruit par"),
    "signatory": ("signataire",),
    "amendment": ("avenant",),
    "commitment": ("engagement de dépense", "commande"),
    "shares": ("parts", "réparti"),
    "share": ("part",),
    "expense": ("dépense",),
    "report": ("rapport", "compte rendu"),
    "quantity": ("quantité",),
    "unit": ("unité",),
    "rate": ("taux", "tarif"),
    "rent": ("loyer",),
    "value": ("valeur",),
    "describes": ("décrit",),
    "file": ("fichier",),
    "invoice": ("facture",),
    "proof_of_payment": ("paiement", "payment", "preuve de paiement"),
    "minutes": ("compte rendu", "procès-verbal"),
    "other": ("autre pièce",),
    "timesheet": ("feuille de temps",),
    "payslip": ("bulletin de paie",),
    # flags
    "flag": ("signal",),
    "subject": ("sujet",),
    "level": ("niveau",),
    "body": ("instance",),
    "events": ("événements",),
    # reviews
    "stage": ("étape",),
    "participants": ("participants",),
    "conclusions": ("conclusions",),
    "adjustments": ("ajustements",),
    "narrative": ("récit",),
    "perspectives": ("perspectives", "suites"),
    "indicator": ("indicateur",),
    "target": ("cible",),
    "aim": ("visée",),
    "public": ("public", "publics"),
    "scale": ("échelle",),
    "source": ("source",),
    "rating": ("appréciation",),
    "comment": ("commentaire",),
    "parts": ("parties", "dont"),
    "claim": ("déclaré",),
    "about": ("à propos de", "tirée de"),
    "contract": ("contrat", "accompagnement"),
    "client": ("client", "commanditaire"),
    "provider": ("prestataire", "accompagnateur"),
    "missions": ("missions",),
    "mission": ("mission",),
    "after": ("après",),
    "deliverables": ("livrables",),
    "deliverable": ("livrable",),
}

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "by": ("par",),
    "acting_as": ("au titre de", "en tant que"),
    "recorded": ("enregistré",),
    "on": ("le", "date"),
    "acts": ("actes",),
}
"""Keys at the head of any file, beside those of its shape."""

MINUTES: dict[str, tuple[str, ...]] = {
    "meeting": ("réunion",),
    "on": ("le", "date"),
    "at": ("chez", "host"),
    "facilitator": ("anime", "animation"),
    "notes": ("note", "secrétaire", "minute_taker"),
    "present": ("présents", "présentes"),
    "excused": ("excusés", "excusées"),
    "guests": ("invités", "invitées"),
    "proxies": ("pouvoirs", "procurations"),
    "minutes_document": ("compte rendu",),
    "duration": ("durée",),
    "rotation": ("tour d'accueil", "hosting"),
    "next": ("prochain", "prochaine"),
    "turn": ("tour",),
    "decisions": ("décisions", "avis", "opinions"),
    "tasks": ("tâches",),
    "done": ("faites", "faits", "terminées"),
    "hours": ("heures",),
    "money": ("argent",),
    "acts": ("actes",),
    "id": ("id",),
    "by": ("par",),
    "acting_as": ("au titre de", "en tant que"),
    "recorded": ("enregistré",),
}

MATTER: dict[str, tuple[str, ...]] = {
    "id": ("identifiant",),
    "objections": ("objections", "objection"),
    "amendment": ("amendement",),
    "outcome": ("issue", "résultat"),
}
"""Keys under a decision of minutes, beside those of the acts that it stands for."""

OBJECTION: dict[str, tuple[str, ...]] = {"settled": ("levée", "réglée")}
"""Under who raised it, beside the keys of the act."""

TASK_COLUMNS: dict[str, tuple[str, ...]] = {
    "what": ("quoi", "tâche", "title", "titre"),
    "who": ("qui",),
    "due": ("pour", "échéance", "by"),
    "duration": ("durée", "estimate"),
    "follows": ("suite de", "selon", "decision", "décision"),
    "critical": ("critique",),
    "purpose": ("activité", "activity"),
    "deputy": ("binôme", "suppléant"),
}

HOUR_COLUMNS: dict[str, tuple[str, ...]] = {"who": ("qui",), "basis": ("statut",)}
"""The columns of a table of hours beside its activities."""

MONEY: dict[str, tuple[str, ...]] = {
    "allocate": ("affecter",),
    "expense": ("dépense", "spent"),
    "received": ("reçu",),
    "called": ("appelé",),
    "move": ("redéployer",),
}
MONEY_ACTS = {
    "allocate": "allocate-funds",
    "expense": "record-expense",
    "received": "receive-instalment",
    "called": "call-instalment",
    "move": "reallocate-funds",
}
"""In a list of money movements the act's name holds the amount: `- expense: 1 200 €`."""

ROLES: dict[str, tuple[str, ...]] = {
    "invited": ("invité", "invitée", "invitation"),
    "member": ("membre",),
    "suspended": ("suspension", "suspendu", "suspendue"),
    "seat": ("siège",),
    "carrier": ("porteur", "porteuse", "structure porteuse"),
    "affiliated": ("rattachement", "rattaché", "rattachée"),
    "lieu_referent": ("référent", "référente", "référent de lieu", "référente de lieu", "referent"),
    "coordinator": ("coordination", "coordinateur", "coordinatrice", "coordination du réseau"),
    "label": ("label",),
}
"""Roles that the program knows; a consortium names others freely."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "employee": ("salariat",),
    "admin": ("administration",),
    "outreach": ("rayonnement", "sensibilisation"),
    "reporting": ("bilan", "comptes rendus"),
    "paid": ("salarié", "salariée", "payé", "rémunérée"),
    "transfer": ("transfert",),
    "consent": ("accord",),
    "stand_aside": ("retrait",),
    "recused": ("récusé", "récusée"),
    "proof_of_payment": ("paiement", "payment"),
    "month": ("mensuel", "mensuelle", "monthly"),
    "quarter": ("trimestriel", "trimestrielle", "quarterly"),
    "year": ("année", "annuel", "annuelle", "yearly"),
    "meeting": ("à chaque réunion",),
    "completed": ("faite", "fait", "terminée", "finie", "done"),
    "cancelled": ("annulée", "annulé"),
    "approved": ("approuvé", "approuvée"),
    "rejected": ("rejetée", "rejeté"),
    "withdrawn": ("retirée", "retiré"),
    "integrated": ("intégration", "levée", "resolved"),
    "open": ("reportée",),
    "found_invalid": ("non valable", "invalid"),
    "adopted": ("adoptée", "adopté"),
    "superseded": ("remplacée",),
    "repealed": ("abrogée",),
    "expired": ("expirée",),
    "accepted": ("acceptée", "accepté", "oui", "yes"),
    "declined": ("refusée", "non", "no"),
    "proposed": ("proposée", "proposé"),
    "swapped": ("échange",),
    "carried": ("reportés", "reporté"),
    "used": ("utilisés", "utilisé"),
    "revoked": ("révoqué", "révoquée"),
    "resigned": ("démissionné",),
    "replaced": ("remplacé", "remplacée", "remplacement"),
    "excluded": ("exclu", "exclue"),
    "admitted": ("admis", "admise"),
    "resumed": ("reprise", "levée"),
    "member": ("chef de file",),
}
"""Other ways to write a code, beside itself and its label in `language.terms`."""

_AHEAD = frozenset(
    {"due", "review", "planned", "closes", "expires", "next", "until", "ends", "eligible_until"}
)


def looks_ahead(key: str) -> bool:
    """Whether a date without a year under this English key is the next such day, not the last."""
    return key in _AHEAD


def folded(word: str) -> str:
    """The form in which keys, acts and codes are compared."""
    return " ".join(bare(word).replace("-", " ").replace("_", " ").split())


def french(key: str) -> str:
    """How French files write an English key."""
    for table in (KEYS, MINUTES, HEADERS, TASK_COLUMNS, MONEY):
        if key in table:
            return table[key][0]
    return key


def dashed(word: str) -> str:
    """A key as one word, as the command line writes it."""
    return re.sub("[ '_]", "-", word)


def index(table: Mapping[str, tuple[str, ...]], only: Iterable[str] | None = None) -> dict[str, str]:
    """From every spelling, folded, to the English key. A key's own name wins over another's alias.

    Args:
        table: one of the tables above.
        only: the English keys wanted; others are left out.
    """
    wanted = list(table if only is None else only)
    found: dict[str, str] = {}
    for rank in (lambda key: (key,), lambda key: table.get(key, ())[:1], lambda key: table.get(key, ())[1:]):
        for key in wanted:
            for spelling in rank(key):
                found.setdefault(folded(spelling), key)
    return found


@cache
def acts() -> dict[str, str]:
    """From every spelling of an act, folded, to its English name."""
    return {folded(spelling): act for act, other in ACTS.items() for spelling in (act, other)}


@cache
def codes(allowed: tuple[str, ...]) -> dict[str, str]:
    """From every spelling, `bare`, of these codes to the code that events store."""
    found: dict[str, str] = {}
    for code in allowed:
        for spelling in (code, code.replace("_", " "), *_labels(code), *SPELLINGS.get(code, ())):
            found.setdefault(folded(spelling), code)
    return found


def _labels(code: str) -> list[str]:
    """A label's own spelling, and both genders of one written with a middle dot."""
    label = terms.FRENCH.get(code, code)
    if "·" not in label:
        return [label]
    root, _, rest = label.partition("·")
    ending, _, tail = rest.partition(" ")
    tail = f" {tail}" if tail else ""
    return [label, root + tail, root + ending + tail]


def near(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that looks most like this one, as it is written; None when none does."""
    return nearest(word, known, cutoff, folded)
