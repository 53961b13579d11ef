"""An example of each act on the command line, as `--help` shows it. The tests parse every one of them."""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "found-consortium": 'ledger consortium found --name "Les 6 lieux"',
    "register-organisation": 'ledger organisation register asso-parade --name "Association Parade"',
    "register-lieu": 'ledger lieu register parade --name "Parade" --member',
    "register-person": 'ledger person register par --name "référent·e de Parade" --lieu parade',
    "update-party": 'ledger organisation update parade --resources "atelier bois"',
    "close-lieu": "ledger lieu close parade",
    "erase-person": "ledger person erase par",
    "adopt-rules": 'ledger rules adopt --title "Accord de consortium" --method consent --quorum 4',
    "give-role": 'ledger role give --role coordinator --person coord --time-per-month "7h"',
    "end-role": "ledger role end R-2024-003 --reason term",
    "set-rotation": "ledger rotation set --name petit-déjeuner --order parade --order pop --period month",
    "take-turn": "ledger rotation turn petit-déjeuner --lieu parade",
    "begin-dissolution": "ledger consortium wind-up D-2024-008",
    "dissolve-consortium": "ledger consortium dissolve D-2024-009",
    "convene-meeting": 'ledger meeting convene --kind petit-déjeuner --planned "2 avril 2024" --host pop',
    "hold-meeting": "ledger meeting hold --kind petit-déjeuner --host parade --present par --present coord",
    "close-meeting": "ledger meeting close M-2024-03-05",
    "make-proposal": 'ledger decision propose --text "Un agenda partagé"',
    "raise-objection": "ledger decision object --decision D-2024-001 --lieu pop",
    "settle-objection": "ledger decision settle --decision D-2024-001 --objection OB-2024-001 --how integrated",
    "open-decision": "ledger decision open D-2024-001",
    "cast-ballot": "ledger decision ballot D-2024-001 --seat parade --option for",
    "adopt-decision": 'ledger decision adopt --text "Un agenda partagé" --represented parade --represented pop',
    "reject-decision": "ledger decision reject D-2024-001 --outcome withdrawn",
    "issue-opinion": 'ledger decision opine --text "Projet de la halle" --position favourable',
    "end-decision": "ledger decision end D-2024-001 --how expired",
    "publish-decision": "ledger decision publish D-2024-001 --channel lettre",
    "open-task": 'ledger task open --title "Réserver le bus" --who par --due "1er mai"',
    "assign-task": "ledger task assign T-2024-001 --who par",
    "hand-over-task": "ledger task hand-over T-2024-001 --to coord --accepted",
    "close-task": "ledger task close T-2024-001",
    "log-time": "ledger time log --who parade --duration 3h30 --activity accueil --month février",
    "declare-capacity": 'ledger time capacity --time-per-month 8h --from "1er mars"',
    "sign-convention": 'ledger convention sign ANCT --title "Fabrique" --funders anct --amount "150 000 €" '
    '--starts "15 janvier 2024" --ends "31 décembre 2026"',
    "open-call": 'ledger call open AMI-2024 --title "Tiers-lieux" --funder region --ceiling "50 000 €"',
    "file-application": 'ledger application file --title "Fabrique" --call AMI-2024 --requested "40 000 €"',
    "answer-application": 'ledger application answer CA-2024-001 --answer awarded --awarded "40 000 €"',
    "amend-convention": 'ledger convention amend ANCT --amendment 1 --reason "six mois de plus" '
    '--ends "30 juin 2027"',
    "end-convention": "ledger convention end ANCT --how closed",
    "publish-convention": "ledger convention publish --convention ANCT --channel data.gouv.fr",
    "file-report": "ledger convention report --kind financial --year 2024 --document bilan.pdf",
    "answer-report": "ledger convention answer RP-2025-001 --answer accepted",
    "commit-funds": 'ledger money commit --allocation A-2024-001 --amount "800 €" --label "Devis du car"',
    "release-funds": "ledger money release EN-2024-001",
    "transfer-funds": 'ledger money transfer --to parade-asso --kind regrant --amount "500 €" '
    "--allocation A-2024-001",
    "disallow-expense": 'ledger money disallow E-2024-001 --amount "80 €" --reason "hors période"',
    "record-in-kind": 'ledger money value --nature volunteering --quantity 40 --rate "14 €" '
    '--method "SMIC horaire et charges" --lieu parade',
    "call-instalment": 'ledger money call --instalment avance-2024 --kind advance --amount "40 000 €"',
    "receive-instalment": 'ledger money receive --instalment avance-2024 --kind advance --amount "40 000 €"',
    "allocate-funds": 'ledger money allocate --line tour-bus --lieu parade --amount "4 500 €" --decision D-2024-001',
    "reallocate-funds": "ledger money move --from-allocation A-2024-001 --to-allocation A-2024-002 "
    '--amount "200 €" --decision D-2024-001',
    "record-expense": 'ledger money spend --amount "1 200 €" --label "Carte des six lieux" --paid "28 février" '
    "--invoice facture.pdf",
    "record-dedicated-funds": 'ledger money dedicate --year 2024 --amount "4 812 €"',
    "set-indicator": 'ledger indicator set IN-lieux --title "Lieux ouverts" --target 12 --due "31 décembre 2026"',
    "measure-indicator": 'ledger indicator measure IN-lieux --value 9 --method "comptage"',
    "learn-lesson": 'ledger review learn --text "Un planning partagé évite les doublons" --about D-2024-001',
    "sign-accompaniment": 'ledger deliverable sign --title "Accompagnement" --client region --provider cabinet '
    '--starts "1er mars 2024" --ends "31 août 2025" --amount "6 000 €" '
    '--missions "mission | titre | montant\nM1 | Sensibiliser | 6 000 €"',
    "start-mission": "ledger deliverable start AC-2024-001 --mission M1",
    "submit-deliverable": "ledger deliverable submit AC-2024-001-M1 --document note.pdf",
    "answer-deliverable": "ledger deliverable answer AC-2024-001-M1 --answer accepted",
    "hold-review": "ledger review hold --stage kick_off --participants coord",
    "attach-evidence": "ledger evidence attach --file facture.pdf",
    "seal-period": 'ledger consortium seal --until "31 décembre 2024"',
    "answer-flag": "ledger flag answer --flag LIEU_RELIANCE --subject la-fabrique --answer acknowledged "
    '--until "30 juin" --reason "Le bus passe à POP"',
}
