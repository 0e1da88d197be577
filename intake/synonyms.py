"""How accounting programs head their columns, in French and English."""

from __future__ import annotations

from enum import StrEnum


class Column(StrEnum):
    """The canonical columns of a portfolio or customer file."""

    INVOICE_ID = "invoice_id"
    NUMBER = "number"
    CUSTOMER_ID = "customer_id"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_KIND = "customer_kind"
    SIREN = "siren"
    VAT_NUMBER = "vat_number"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE = "language"
    CONTACT_NAME = "contact_name"
    ADDRESS = "address"
    ADDRESS_MORE = "address_more"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    COUNTRY = "country"
    AMOUNT = "amount"
    DEBIT = "debit"
    CREDIT = "credit"
    PAID = "paid"
    BALANCE = "balance"
    CURRENCY = "currency"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    SETTLED_DATE = "settled_date"
    LAST_CONTACT_LEVEL = "last_contact_level"
    LAST_CONTACT_DATE = "last_contact_date"
    DESCRIPTION = "description"
    ORDER_NUMBER = "order_number"
    DOCUMENT = "document"
    CREDITED_NUMBER = "credited_number"
    """The invoice that a credit note reduces."""
    SIDE = "side"
    """Debit or credit, where one column holds the amounts of both."""
    LETTERING = "lettering"
    """The code that a ledger puts on entries that settle each other."""


# Best fit first: where a file has several of them, the earlier one is taken.
# Written as people see them; case, accents, punctuation and small words do not count.
_SYNONYMS = {
    Column.INVOICE_ID: "invoice_id | id facture | identifiant facture | facture id | invoice uuid",
    Column.NUMBER: (
        "n° facture | numéro de facture | facture n° | facture | n° pièce | pièce | réf. pièce | pièce ref"
        " | n° document | document number | invoice number | invoice # | invoice | n° de facture client"
        " | référence facture | réf. facture | invoice reference | facture/avoir | n° facture/avoir | n° doc"
        " | transaction number | num | number | n° | numéro | doc number | référence pièce | référence | réf."
    ),
    Column.CUSTOMER_ID: (
        "code client | n° client | code tiers | compte tiers | n° compte tiers | compte client | customer id"
        " | customer code | customer number | client id | id client | identifiant client | account number"
        " | compte auxiliaire | comp aux num | auxiliaire | n° compte | compte | référence client | code"
        " | contact code | customer account | compte général tiers"
    ),
    Column.CUSTOMER_NAME: (
        "raison sociale | nom client | client | nom du tiers | intitulé tiers | intitulé client | tiers"
        " | intitulé compte tiers | intitulé du compte | customer name | customer | customer full name"
        " | client name | company name | comp aux lib | libellé compte | nom du compte | société | entreprise"
        " | dénomination | dénomination sociale | nom | name | intitulé | débiteur"
    ),
    Column.CUSTOMER_KIND: (
        "customer kind | type client | type de client | nature client | catégorie client | type tiers"
        " | particulier/professionnel | customer type | kind | famille client | catégorie tiers"
    ),
    Column.SIREN: "siren | n° siren | siret | n° siret | siren/siret | registration number | company number",
    Column.VAT_NUMBER: (
        "n° tva | tva intracommunautaire | n° tva intracommunautaire | n° tva intracom | vat number | vat"
        " | n° identifiant tva | identifiant tva | tax number | tva intracom | n° id tva"
    ),
    Column.EMAIL: (
        "e-mail | email | courriel | mail | adresse e-mail | adresse mail | adresse email | adresse courriel"
        " | email address | e-mail client | mail client | e-mail comptabilité | e-mail facturation | mél"
        " | adresse électronique | customer email | billing email | e-mail du contact | email 1 | main email"
    ),
    Column.PHONE: (
        "téléphone | tél. | phone | n° téléphone | téléphone fixe | tél. fixe | phone number | telephone"
        " | téléphone 1 | tél. 1 | portable | mobile | téléphone portable | tél. portable | gsm"
        " | phone numbers"
    ),
    Column.LANGUAGE: "language | langue | code langue | lang",
    Column.CONTACT_NAME: (
        "contact | nom du contact | interlocuteur | contact principal | contact person | primary contact"
        " | contact comptabilité | contact facturation | contact name"
    ),
    Column.ADDRESS: (
        "adresse | address | adresse 1 | adresse de facturation | adresse facturation | billing address | rue"
        " | adresse complète | adresse postale | address line 1 | street | adresse ligne 1"
        " | po address line 1"
    ),
    Column.ADDRESS_MORE: (
        "adresse 2 | complément d'adresse | complément adresse | complément | address line 2"
        " | adresse ligne 2 | po address line 2"
    ),
    Column.POSTAL_CODE: "code postal | cp | postal code | postcode | zip | zip code | po postal code",
    Column.CITY: "ville | city | commune | localité | town | po city",
    Column.COUNTRY: "pays | country | code pays | country code | po country",
    Column.AMOUNT: (
        "amount | montant ttc | total ttc | ttc | montant facture | montant de la facture | total facture"
        " | montant total ttc | invoice amount | invoice total | total amount | gross amount | gross"
        " | montant échéance | montant de l'échéance | montant initial | montant d'origine | montant document"
        " | original amount | montant total | montant | total | net à payer | net à payer ttc"
        " | montant tenue de compte"
    ),
    Column.DEBIT: "débit | montant débit | débit euro | mouvement débit | mvt débit | debit amount",
    Column.CREDIT: "crédit | montant crédit | crédit euro | mouvement crédit | mvt crédit | credit amount",
    Column.PAID: (
        "paid | montant réglé | réglé | déjà réglé | payé | montant payé | règlement | règlements | acompte"
        " | acomptes | montant encaissé | encaissé | déjà payé | amount paid | invoice amount paid"
        " | paid amount | total réglé"
    ),
    Column.BALANCE: (
        "balance | solde dû | reste dû | reste à payer | restant dû | reste à régler | montant dû"
        " | montant restant dû | montant restant | reste à recouvrer | reste | solde facture | solde ttc"
        " | solde restant | open balance | balance due | amount due | invoice amount due | outstanding"
        " | remaining amount | solde échéance | montant ouvert | open amount | solde | due amount"
    ),
    Column.CURRENCY: "currency | devise | code devise | monnaie | currency code | idevise | dev.",
    Column.ISSUE_DATE: (
        "issue date | date facture | date de facture | date de facturation | date d'émission | invoice date"
        " | date pièce | date de pièce | date document | date du document | date écriture | émise le"
        " | facturé le | transaction date | txn date | émission | date comptable | date opération"
        " | date de création | piece date | écriture date | date"
    ),
    Column.DUE_DATE: (
        "due date | date d'échéance | échéance | date échéance | échéance le | date limite de paiement"
        " | date limite de règlement | date d'exigibilité | à payer avant le | payment due | due"
        " | date de règlement prévue | date limite | échéances | date prévue"
    ),
    Column.SETTLED_DATE: (
        "settled date | date de règlement | date règlement | date de paiement | date paiement | payée le"
        " | payé le | réglée le | réglé le | paid date | paid on | payment date | date d'encaissement"
        " | fully paid on date | date du règlement"
    ),
    Column.LAST_CONTACT_LEVEL: (
        "last contact level | niveau de relance | niveau relance | dernier niveau de relance | nb relances"
        " | nombre de relances | dernière relance niveau | reminder level | dunning level | relance"
    ),
    Column.LAST_CONTACT_DATE: (
        "last contact date | date dernière relance | dernière relance | date de dernière relance"
        " | date relance | relancé le | dernière relance le | last reminder | last reminder date"
    ),
    Column.DESCRIPTION: (
        "description | libellé | objet | désignation | intitulé facture | libellé écriture | écriture lib"
        " | objet de la facture | prestation | memo | mémo | libellé pièce | commentaire | label"
    ),
    Column.ORDER_NUMBER: (
        "order number | n° commande | bon de commande | n° bon de commande | commande | réf. commande"
        " | référence commande | commande client | votre référence | purchase order | po number | n° po"
        " | votre commande | numéro d'engagement | n° engagement"
    ),
    Column.DOCUMENT: "document | fichier | pdf | pièce jointe | file | fichier pdf | lien pdf | chemin",
    Column.CREDITED_NUMBER: (
        "credited number | facture d'origine | n° facture d'origine | facture liée | avoir sur facture"
        " | facture associée | original invoice | applied to | facture créditée | facture rectifiée"
    ),
    Column.SIDE: "side | sens | d/c | sens d/c | sens écriture",
    Column.LETTERING: (
        "lettering | lettrage | lettre | let. | code lettrage | ecriture let | code lettre | l"
        " | lettrage/pointage"
    ),
}

SYNONYMS: dict[str, tuple[str, ...]] = {
    column: tuple(name.strip() for name in names.split("|")) for column, names in _SYNONYMS.items()
}
"""Headings per canonical column, best fit first."""

CUSTOMER_COLUMNS = (
    Column.CUSTOMER_NAME,
    Column.CUSTOMER_KIND,
    Column.SIREN,
    Column.VAT_NUMBER,
    Column.EMAIL,
    Column.PHONE,
    Column.LANGUAGE,
    Column.CONTACT_NAME,
    Column.ADDRESS,
    Column.ADDRESS_MORE,
    Column.POSTAL_CODE,
    Column.CITY,
    Column.COUNTRY,
)
"""What is said of a customer, besides the code."""
