"""Which column is what by its name: the words that exports use, weighed against what the column holds."""

import re
from collections.abc import Mapping

FIELDS = ("id", "text", "at", "channel", "customer", "rating", "language", "stage", "url")


def _words(text: str) -> list[str]:
    return text.split()


# A name is compared as lower-case words. Whole names are worth most; single words tell where they end a name
# ("review text") more than where they open it ("text language").
_WHOLE: Mapping[str, str] = {
    "id": """
        id, _id, uuid, guid, key, feedback id, ticket id, complaint id, review id, reviewid, response id,
        survey id, case id, comment id, record id, message id, conversation id, submission id, entry id, row
        id, ticket number, case number, reference, ticket, external id, vorgangsnummer, ticketnummer,
        fallnummer, beschwerdenummer, folio, id oid, respondent id
    """,
    "text": """
        text, comment, comments, feedback, review, review text, reviewtext, body, message, content,
        narrative, verbatim, answer, complaint, consumer complaint narrative, customer comment, open text,
        free text, what did you think, description, feedback text, utterance, transcript, review body,
        comment text, ticket text, post, tweet, quote, remarks, note, notes, opinion, kommentar,
        commentaire, comentario, bewertung, rückmeldung, avis, begründung, kommentare, nachricht,
        beschreibung, freitext, anmerkung, anmerkungen, commentaires, remarque, remarques, comentarios,
        opinión, mensaje, descripción, reseña, commento, commenti, recensione, messaggio, opmerking,
        opmerkingen, bericht, omschrijving, review content, pros, cons, positive review, negative review
    """,
    "at": """
        at, date, time, timestamp, datetime, created, created at, created on, createdat, submitted,
        submitted at, submission date, received, date received, received at, posted, posted at, review date,
        reviewed at, response date, date submitted, date created, occurred at, sent at, published, published
        at, opened, opened at, day, datum, fecha, when, recorded date, date time, review time, end date,
        completed at, unix review time, feedback date, comment date, ticket created at, month, submit date,
        create date, review created, ts, eingangsdatum, bewertungsdatum, erstellt, erstellt am, eingegangen am,
        créé le, date de création, fecha de creación, creado, data creazione, aangemaakt
    """,
    "channel": """
        channel, submitted via, via, medium, platform, contact channel, contact method, source channel,
        origin, contact type, feedback channel, survey channel, kanal, canal, intake channel, case origin,
        source type, ticket channel
    """,
    "customer": """
        customer, customer id, customerid, user id, userid, reviewer id, reviewerid, account id, client id,
        member id, contact id, respondent id, requester id, profile id, subscriber id, kundennummer, kunden id,
        kundennr, customer email, requester email, email, e mail, email address, user, username, user name,
        author, account, client, contact, respondent, reviewer, requester, from, customer name, client name,
        consumer, consumer name, sender, sender email, from email, from handle,
        nickname, handle, name, kunde, customer number, network id, numéro client
    """,
    "rating": """
        rating, score, stars, star rating, overall rating, overall, nps, nps score, csat, csat score,
        satisfaction, ces, overall score, satisfaction score, review score, review rating, likelihood to
        recommend, grade, note globale, bewertung, sterne, bewertung sterne, user rating, rating value,
        review stars, conversation rating rating, note, gesamtbewertung, zufriedenheit, puntuación,
        calificación, valutazione, voto, beoordeling
    """,
    "language": """
        language, lang, locale, sprache, langue, idioma, language code, review language
    """,
    "stage": """
        stage, journey stage, phase, journey phase, lifecycle stage, funnel stage, customer stage, journey
        step
    """,
    "url": """
        url, link, permalink, href, web link, ticket url, review url, source url, uri
    """,
}
_LAST: Mapping[str, str] = {
    "id": "id,uuid,guid,oid",
    "text": "text,comment,comments,feedback,narrative,verbatim,body,message,review,content,description,answer,response",
    "at": "date,at,time,timestamp,datetime,datum,created,submitted,received,posted,published",
    "channel": "channel",
    "customer": "customer,email,user,author,respondent,reviewer",
    "rating": "rating,score,stars,nps,csat",
    "language": "language,locale",
    "stage": "stage,phase",
    "url": "url,link,permalink",
}
WHOLE = {
    name: {" ".join(words.split()): rank for rank, words in enumerate(names.split(","))}
    for name, names in _WHOLE.items()
}
LAST = {name: frozenset(names.split(",")) for name, names in _LAST.items()}
_PEOPLE = frozenset(
    _words("""
        user customer client account member subscriber contact consumer requester respondent author reviewer
        profile visitor guest buyer patient person
    """)
)
_KEYS = frozenset(_words("id uuid guid no nr number email mail hash key"))
_PAGES = frozenset(_words("profile url link"))
OTHER_IDS = _PEOPLE | frozenset(
    _words("""
        product app order item store company agent session device page category network collector owner team
        admin assignee package group organization
    """)
)
"""Words that make `… id` the id of something else than the feedback."""
PRIVATE = re.compile(
    r"\b(?:first|last|full|sur|given|family|user|customer|client|contact|consumer|reviewer|author|person|web|supplied"
    r"|sender|recipient) ?name\b"
    r"|^name$|\b(?:agent|assignee|employee|staff|phone|email|e mail|address|iban|ip|birth)\b"
    r"|^(?:requester|submitter|reporter|reviewer|sender|recipient|owner|author|bearbeiter|sachbearbeiter|mitarbeiter)$"
    r"|\b(?:ticket|case|record|deal|contact|account) owner\b"
    r"|\b(?:assigned|created|closed|updated|modified|handled|solved|submitted) (?:to|by)\b"
)
"""Names of columns that hold people; they become no segments unless someone asks for it."""
SEGMENT_WORDS = frozenset(
    _words("""
        plan country region product segment tier market version device company brand category team state
        type cohort industry service class size group city store app subscription package edition
    """)
)


_HEADLINES = frozenset(_words("title subject headline betreff titel titre asunto título oggetto titolo onderwerp"))
_OTHER_TITLES = OTHER_IDS | frozenset(
    _words("job book movie song survey event article form campaign course translated")
)
OURS = re.compile(
    r"\b(?:reply|replies|antwort an|internal|translated|translation|resolution|macro)\b"
    r"|\b(?:developer|owner|company|business|merchant|seller|host|agent|admin|public|vendor)\b.*"
    r"\b(?:response|answer|notes?|comments?|message)\b"
)
"""Names of columns that hold what we answered or noted, and not what customers said."""
_ASKING = frozenset(
    _words("""
        what why how which please tell describe is are was were do does did would could can any anything if
        was warum wie welche bitte gibt pourquoi que qué quel comment por perché cosa wat waarom
    """)
)
DERIVED = frozenset(
    _words("""
        stage_confidence staged_by sentiment theme_id theme parent_theme_id parent_theme duplicate_of
    """)
)
"""What our own export adds; read again, it is neither a field nor a segment."""
ASKED = frozenset(
    _words("""
        recommend likely satisfied weiterempfehlen empfehlen wahrscheinlich zufrieden recommander satisfait
        recomendar recomendaría satisfecho consiglieresti aanbevelen tevreden
    """)
)
"""Words of a question whose numeric answers are ratings."""


def words_of(name: str) -> str:
    """Return a column's name as lower-case words: `createdAt`, `created_at` and `Created at?` are the same."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join("".join(c if c.isalnum() else " " for c in split.lower()).split())


def segment_name(name: str) -> str:
    """Return the name under which a column becomes a segment: lower case, words joined by underscores."""
    return words_of(name).replace(" ", "_") or "segment"


def names_person(name: str) -> bool:
    """Return whether a column holds ids or addresses of people, such as `source.author.id`."""
    parts = words_of(name).split()
    return len(parts) > 1 and parts[-1] in _KEYS and parts[-2] in _PEOPLE


def is_profile(name: str) -> bool:
    """Return whether a column holds the pages of people, such as `author_link` or `Reviewer profile`."""
    parts = words_of(name).split()
    return len(parts) > 1 and parts[-1] in _PAGES and parts[-2] in _PEOPLE | _PAGES and bool(_PEOPLE & set(parts))


def is_headline(name: str) -> bool:
    """Return whether a column is named as the title or subject of what was said."""
    parts = words_of(name).split()
    return bool(parts) and parts[-1] in _HEADLINES and not _OTHER_TITLES & set(parts)


def is_question(name: str) -> bool:
    """Return whether a column is named by a question, as in surveys, or as a text beside others ("Cons").

    >>> is_question("What should we improve?"), is_question("Cons"), is_question("Plan")
    (True, True, False)
    """
    parts = words_of(name).split()
    asked = name.rstrip(" *)").endswith("?") or (len(parts) >= 3 and parts[0] in _ASKING)
    return not OURS.search(" ".join(parts)) and (asked or name_score("text", name) >= 2)


def name_score(field: str, name: str) -> float:
    """Return how much a name speaks for a field: 0 not at all, 1 to 2 by a word of it, 3 to 4 by the whole.

    What stands in brackets, such as a unit or a time zone, is passed over.

    >>> name_score("at", "Date received (UTC)") > name_score("at", "date_visit") > name_score("at", "plan")
    True
    """
    words = words_of(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name)) or words_of(name)
    if not words:
        return 2.0 if field == "id" and name.strip() == "#" else 0.0
    if (rank := WHOLE[field].get(words)) is not None:
        return 4.0 - rank / 100
    parts = words.split()
    if field == "id" and (OTHER_IDS & set(parts) or parts[-1] not in LAST["id"]):
        return 0.0
    if field == "customer" and names_person(name):
        return 2.5
    if field == "at" and _LATER & set(parts):
        return 0.2 if LAST["at"] & set(parts) else 0.0
    if parts[-1] in LAST[field]:
        return 2.0
    loose = LAST[field] | ASKED if field == "rating" else LAST[field]
    return 1.0 if loose & set(parts) and field in ("text", "at", "rating") else 0.0


_LATER = frozenset(
    _words("""
        reply replied response update updated modified last solved resolved closed due start started stage birth
        first expiry expires renewal
    """)
)
"""Words of a date that is not when the customer spoke: of an answer, of a change, of an end."""
