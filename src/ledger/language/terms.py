"""What the codes stored in events are called: `civic_service` is read `service civique`.

One table for both directions: sentences and pages show these labels, files accept them. English
labels are the codes themselves, with spaces. A noun is preferred to an adjective where it fits, for
it agrees with nothing.
"""

from __future__ import annotations

from ledger.language.catalogue import language

FRENCH: dict[str, str] = {
    # nouns: kinds of things
    "consortium": "consortium",
    "organisation": "organisation",
    "lieu": "lieu",
    "person": "personne",
    "role": "rôle",
    "rules": "règles",
    "rotation": "tour de rôle",
    "meeting": "réunion",
    "decision": "décision",
    "objection": "objection",
    "task": "tâche",
    "time": "temps",
    "convention": "convention",
    "money": "argent",
    "allocation": "affectation",
    "expense": "dépense",
    "instalment": "versement",
    "review": "revue",
    "evidence": "pièce",
    "event": "événement",
    "flag": "signal",
    "line": "ligne",
    # kinds of consortium, ways to decide, ballots
    "operational": "opérationnel",
    "advisory": "consultatif",
    "consent": "consentement",
    "majority": "majorité",
    "qualified_majority": "majorité qualifiée",
    "for": "pour",
    "against": "contre",
    "abstain": "abstention",
    "stand_aside": "en retrait",
    "favourable": "favorable",
    "reserved": "réservé",
    "unfavourable": "défavorable",
    "recused": "déport",
    "commons": "communs",
    "membership": "adhésion",
    "mandate": "mandat",
    "other": "autre",
    "integrated": "intégrée",
    "withdrawn": "retrait",
    "found_invalid": "jugée non valable",
    "rejected": "rejet",
    "approved": "approbation",
    "cancelled": "annulation",
    "superseded": "remplacement",
    "repealed": "abrogation",
    "expired": "expiration",
    # levels of a flag
    "info": "information",
    "watch": "vigilance",
    "alert": "alerte",
    # where a decision, a meeting or a task stands: all three are feminine
    "draft": "projet",
    "open": "ouverte",
    "adopted": "adoptée",
    "issued": "rendue",
    "convened": "convoquée",
    "held": "tenue",
    "assigned": "à accepter",
    # people and their roles
    "employee": "salarié·e",
    "volunteer": "bénévole",
    "civic_service": "service civique",
    "elected": "élu·e",
    "agent": "agent·e",
    "expert": "expert·e",
    "member": "membre",
    "seat": "siège",
    "carrier": "structure porteuse",
    "external": "externe",
    "affiliated": "rattachement",
    "lieu_referent": "référent·e de lieu",
    "coordinator": "coordination du réseau",
    "label": "label",
    "term": "fin de mandat",
    "resigned": "démission",
    "revoked": "révocation",
    "excluded": "exclusion",
    "replaced": "remplacement du mandat",
    # turns and periods
    "month": "mois",
    "quarter": "trimestre",
    "year": "an",
    "taken": "pris",
    "swapped": "échangé",
    "skipped": "sauté",
    # tasks and time
    "coordination": "coordination",
    "admin": "gestion",
    "hosting": "accueil",
    "reporting": "bilans",
    "outreach": "ouverture",
    "paid": "rémunéré",
    "seconded": "mis à disposition",
    "proposed": "proposition",
    "accepted": "acceptation",
    "declined": "refus",
    "completed": "achèvement",
    # money and its evidence
    "advance": "avance",
    "interim": "acompte",
    "balance": "solde",
    "envelope": "enveloppe",
    "transfer": "virement",
    "carried": "report",
    "used": "utilisation",
    "income": "produit",
    "direct": "direct",
    "indirect": "indirect",
    "in_kind": "en nature",
    "invoice": "facture",
    "proof_of_payment": "preuve de paiement",
    "timesheet": "feuille de temps",
    "payslip": "bulletin de paie",
    "minutes": "compte rendu",
    # reviews and corrections
    "kick_off": "démarrage",
    "mid_term": "mi-parcours",
    "final": "bilan",
    "reverse": "annulation de l'inscription",
    "replace": "remplacement de l'inscription",
    "mistake": "erreur",
    "duplicate": "doublon",
    "late_information": "information tardive",
    "dispute": "désaccord",
}


def label(code: str) -> str:
    """A code as the current language reads it; a word that is no code is returned as it is."""
    if language() == "fr":
        return FRENCH.get(code, code)
    return code.replace("_", " ") if code in FRENCH else code
