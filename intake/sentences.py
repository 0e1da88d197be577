"""The sentences themselves: French first, then English."""

from __future__ import annotations

from intake.match_sentences import MATCH_SENTENCES
from intake.phrases import Phrase

_P = Phrase

SENTENCES: dict[Phrase, tuple[str, str]] = {
    _P.FILE_MISSING: ("fichier introuvable : {name}", "no such file: {name}"),
    _P.FILE_EMPTY: ("{name} est vide", "{name} is empty"),
    _P.FILE_TOO_LARGE: (
        "{name} dépasse {limit} Mo : exportez seulement les factures non réglées",
        "{name} is larger than {limit} MB: export the unpaid invoices only",
    ),
    _P.TOO_MANY_ROWS: (
        "{name} a plus de {limit} lignes : partagez le fichier",
        "{name} has more than {limit} rows: split the file",
    ),
    _P.PASSWORD: (
        "{name} est protégé par un mot de passe : enregistrez une copie sans mot de passe",
        "{name} is protected by a password: save a copy without one",
    ),
    _P.OLD_WORKBOOK: (
        "{name} est un ancien classeur (.xls ou .ods) : enregistrez-le en .xlsx ou en CSV",
        "{name} is an older workbook (.xls or .ods): save it as .xlsx or CSV",
    ),
    _P.NOT_A_TABLE: (
        "{name} n'est pas un tableau ({seen}) : il faut un fichier CSV ou .xlsx",
        "{name} is not a table ({seen}): a CSV or .xlsx file is needed",
    ),
    _P.DAMAGED: (
        "{name} est endommagé ou incomplet : exportez-le de nouveau",
        "{name} is damaged or incomplete: export it again",
    ),
    _P.OPEN_QUOTE: (
        "{name}, ligne {line} : un guillemet ouvert n'est jamais fermé",
        "{name}, line {line}: a quotation mark is opened and never closed",
    ),
    _P.NO_SHEET: (
        "{name} n'a pas de feuille « {sheet} » ; feuilles : {seen}",
        "{name} has no sheet {sheet!r}; sheets: {seen}",
    ),
    _P.NO_HEADER: (
        "{name} : pas de ligne d'en-tête reconnue. Colonnes vues : {seen}. Nommez-les : --map number=Pièce …",
        "{name}: no header line recognised. Columns seen: {seen}. Name them: --map number=Document …",
    ),
    _P.COLUMNS_MISSING: (
        "{name} : il manque {missing}. Colonnes vues : {seen}. Laquelle convient ? --map {example}=…",
        "{name}: {missing} missing. Columns seen: {seen}. Which one fits? --map {example}=…",
    ),
    _P.COLUMN_UNKNOWN: (
        "« {column} » n'est pas une colonne de Relance ; la plus proche : {close}",
        "{column!r} is not a column of Relance; the closest is {close}",
    ),
    _P.HEADER_UNKNOWN: (
        "{name} n'a pas de colonne « {header} » (demandée pour {column}) ; colonnes vues : {seen}",
        "{name} has no column {header!r} (asked for as {column}); columns seen: {seen}",
    ),
    _P.MAP_FILE: (
        "{name}, ligne {line}, {field} : {problem}",
        "{name}, line {line}, {field}: {problem}",
    ),
    _P.MAP_ARGUMENT: (
        "--map {argument} : il faut colonne=En-tête ou un fichier .yaml",
        "--map {argument}: column=Header or a .yaml file is needed",
    ),
    _P.NOT_A_STATEMENT: (
        "{name} est du XML ({seen}), mais pas un relevé camt.053 : demandez ce format à votre banque",
        "{name} is XML ({seen}), but not a camt.053 statement: ask your bank for that format",
    ),
    _P.OTHER_REPORT: (
        "{name} est un {seen} (provisoire ou partiel) : exportez le relevé camt.053",
        "{name} is a {seen} (provisional or partial): export the camt.053 statement",
    ),
    _P.XML_BROKEN: (
        "{name}, ligne {line} : XML mal formé ou coupé : téléchargez de nouveau le fichier",
        "{name}, line {line}: malformed or truncated XML: download the file again",
    ),
    _P.XML_FORBIDDEN: (
        "{name} déclare un type de document (DOCTYPE), ce qu'aucun relevé ne fait : refusé",
        "{name} declares a document type (DOCTYPE), which no statement does: refused",
    ),
    _P.RECORD_UNKNOWN: (
        "type d'enregistrement inconnu : un relevé CFONB a des 01, 04, 05 et 07",
        "unknown record type: a CFONB statement has 01, 04, 05 and 07",
    ),
    _P.RECORD_TOO_LONG: (
        "enregistrement de {length} caractères au lieu de 120",
        "record of {length} characters instead of 120",
    ),
    _P.RECORD_OUTSIDE: (
        "enregistrement sans celui qui doit le précéder (01 pour 04 et 07, 04 pour 05)",
        "record without the one that must precede it (01 for 04 and 07, 04 for 05)",
    ),
    _P.RECORD_OF_OTHER_ACCOUNT: (
        "ce compte n'est pas celui du relevé en cours",
        "this account is not that of the current statement",
    ),
    _P.STATEMENT_UNFINISHED: (
        "relevé sans nouveau solde (07), donc incomplet : aucune ligne reprise ; exportez-le de nouveau",
        "statement without a closing balance (07), so incomplete: no line taken; export it again",
    ),
    _P.STATEMENT_DOES_NOT_ADD_UP: (
        "ancien solde et mouvements donnent {found} : il manque des lignes, aucune reprise ; à réexporter",
        "opening balance and movements give {found}: lines are missing, none taken; export it again",
    ),
    _P.DIRECTION_UNKNOWN: (
        "ni crédit (CRDT) ni débit (DBIT)",
        "neither credit (CRDT) nor debit (DBIT)",
    ),
    _P.AMOUNT_MISSING: (
        "montant vide (une formule jamais calculée ? ouvrez et enregistrez le classeur)",
        "no amount (a formula never computed? open and save the workbook)",
    ),
    _P.AMOUNT_ZERO: ("montant nul : rien à réclamer", "zero amount: nothing to claim"),
    _P.AMOUNT_UNREADABLE: ("ce n'est pas un montant", "this is not an amount"),
    _P.AMOUNT_AMBIGUOUS: (
        "milliers ou décimales ? La colonne ne le dit pas : ajoutez --map decimal_mark=, (ou .)",
        "thousands or decimals? The column does not tell: add --map decimal_mark=. (or ,)",
    ),
    _P.AMOUNT_TOO_FINE: (
        "plus précis que la plus petite unité de {currency}",
        "finer than the smallest unit of {currency}",
    ),
    _P.DEBIT_AND_CREDIT: (
        "débit et crédit se compensent : rien à réclamer",
        "debit and credit cancel out: nothing to claim",
    ),
    _P.CURRENCY_UNKNOWN: (
        "devise inconnue : il faut un code ISO comme EUR",
        "unknown currency: an ISO code such as EUR is needed",
    ),
    _P.CURRENCY_DISAGREES: (
        "le montant est en {cell}, la ligne en {row}",
        "the amount is in {cell}, the row in {row}",
    ),
    _P.BALANCE_ABOVE_AMOUNT: (
        "le solde dépasse le montant de la facture ({amount})",
        "the balance is larger than the invoice's amount ({amount})",
    ),
    _P.DATE_MISSING: ("date absente", "no date"),
    _P.DATE_UNREADABLE: (
        "ce n'est pas une date comme 31/12/2026",
        "this is not a date such as 2026-12-31",
    ),
    _P.DATE_IMPOSSIBLE: ("cette date n'existe pas", "there is no such date"),
    _P.DATE_AMBIGUOUS: (
        "jour ou mois en premier ? La colonne ne le dit pas : ajoutez --map date_order=dmy (ou mdy)",
        "day or month first? The column does not tell: add --map date_order=dmy (or mdy)",
    ),
    _P.DATE_IMPLAUSIBLE: (
        "année {year} : hors de 1990 à 2100, sans doute une faute de frappe",
        "year {year}: not between 1990 and 2100, probably a typing error",
    ),
    _P.DUE_BEFORE_ISSUE: (
        "échéance antérieure à la date de facture ({issued})",
        "due before the invoice was issued ({issued})",
    ),
    _P.NUMBER_MISSING: ("numéro de facture absent", "no invoice number"),
    _P.CUSTOMER_MISSING: ("ni code ni nom de client", "neither a customer code nor a name"),
    _P.NAME_MISSING: (
        "nom du client absent (ni ici, ni dans le fichier des clients)",
        "no customer name (neither here nor in the customer file)",
    ),
    _P.EMAIL_MALFORMED: (
        "ce n'est pas une adresse e-mail comme nom@exemple.fr",
        "this is not an e-mail address such as name@example.com",
    ),
    _P.EMAIL_MALFORMED_THERE: (
        "{file}, ligne {line} : ce n'est pas une adresse e-mail comme nom@exemple.fr",
        "{file}, line {line}: this is not an e-mail address such as name@example.com",
    ),
    _P.LEVEL_UNREADABLE: (
        "le niveau de la dernière relance est un nombre entier de 0 à 20",
        "the level of the last reminder is a whole number from 0 to 20",
    ),
    _P.CONTROL_CHARACTERS: (
        "caractères de contrôle dans la cellule",
        "control characters in the cell",
    ),
    _P.TOO_MANY_CELLS: (
        "plus de cellules que de colonnes : un séparateur se trouve sans doute dans un texte sans guillemets",
        "more cells than columns: there is probably a separator inside a text without quotation marks",
    ),
    _P.CONFLICTING_ROWS: (
        "la facture {invoice_id} figure aux lignes {lines} avec des contenus différents",
        "invoice {invoice_id} stands on lines {lines} with different contents",
    ),
    _P.SAME_ROW_TWICE: (
        "même facture qu'à la ligne {first}, comptée une fois",
        "same invoice as on line {first}, counted once",
    ),
    _P.EMAIL_MISSING: (
        "pas d'adresse e-mail : une tâche demandera de la trouver",
        "no e-mail address: a task will ask for one",
    ),
    _P.EMAIL_SEVERAL: (
        "plusieurs adresses : la première sert",
        "several addresses: the first is taken",
    ),
    _P.KIND_UNKNOWN: (
        "type de client non reconnu : traité comme inconnu (sans les 40 €)",
        "customer kind not recognised: treated as unknown (without the 40 €)",
    ),
    _P.LANGUAGE_UNKNOWN: (
        "langue non reconnue : {language} est retenu",
        "language not recognised: {language} is taken",
    ),
    _P.COUNTRY_UNKNOWN: (
        "pays non reconnu : {country} est retenu",
        "country not recognised: {country} is taken",
    ),
    _P.SIREN_WRONG: (
        "SIREN non valable (clé de contrôle) : ignoré",
        "not a valid SIREN (check digit): left out",
    ),
    _P.ZERO_RESTORED: ("zéro initial perdu, rétabli : {restored}", "lost leading zero restored: {restored}"),
    _P.CUSTOMER_DISAGREES: (
        "autre valeur à la ligne {first} pour le même client ; celle-ci est ignorée",
        "another value on line {first} for the same customer; this one is left out",
    ),
    _P.CUSTOMER_NOT_IN_FILE: (
        "client absent du fichier des clients",
        "customer not found in the customer file",
    ),
    _P.CURRENCY_ASSUMED: (
        "aucune devise dans le fichier : {currency} pour toutes les lignes",
        "no currency in the file: {currency} for every row",
    ),
    _P.SKIPPED_TOTAL: ("total", "total"),
    _P.SKIPPED_NOTE: ("texte hors tableau", "text outside the table"),
    _P.SKIPPED_HEADER: ("en-tête répété", "header repeated"),
    _P.SKIPPED_LETTERED: ("écriture lettrée (déjà réglée)", "matched entry (already settled)"),
    _P.SKIPPED_USED_CREDIT: ("avoir déjà utilisé (solde nul)", "credit already used (zero balance)"),
    _P.SKIPPED_OUTGOING: ("sortie d'argent", "money going out"),
    _P.SKIPPED_NO_DATE: ("ligne sans date (solde ou texte)", "line without a date (balance or text)"),
    _P.SKIPPED_ZERO: ("montant nul", "zero amount"),
    _P.SKIPPED_PENDING: ("écriture non comptabilisée", "entry not booked yet"),
    _P.SKIPPED_RETURNED: ("paiement émis qui revient", "outgoing payment that came back"),
    _P.SKIPPED_REPEATED: ("relevé en double", "statement given twice"),
    _P.SKIPPED_WITH_STATEMENT: ("relevé refusé en entier", "statement refused as a whole"),
    **MATCH_SENTENCES,
}
