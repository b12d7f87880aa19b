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
        id, ticket number, case number, reference, ticket, external id
    """,
    "text": """
        text, comment, comments, feedback, review, review text, reviewtext, body, message, content,
        narrative, verbatim, answer, complaint, consumer complaint narrative, customer comment, open text,
        free text, what did you think, description, feedback text, utterance, transcript, review body,
        comment text, ticket text, post, tweet, quote, remarks, note, notes, opinion, kommentar,
        commentaire, comentario, bewertung, rückmeldung, avis
    """,
    "at": """
        at, date, time, timestamp, datetime, created, created at, created on, createdat, submitted,
        submitted at, submission date, received, date received, received at, posted, posted at, review date,
        reviewed at, response date, date submitted, date created, occurred at, sent at, published, published
        at, opened, opened at, day, datum, fecha, when, recorded date, date time, review time, end date,
        completed at, unix review time, feedback date, comment date, ticket created at, month
    """,
    "channel": """
        channel, submitted via, via, medium, platform, contact channel, contact method, source channel,
        origin, contact type, feedback channel, survey channel, kanal, canal, intake channel
    """,
    "customer": """
        customer, customer id, customerid, user id, userid, reviewer id, reviewerid, account id, client id,
        member id, contact id, respondent id, requester id, profile id, subscriber id, kundennummer, kunden id,
        kundennr, customer email, requester email, email, e mail, email address, user, username, user name,
        author, account, client, contact, respondent, reviewer, requester, from, customer name, client name,
        consumer, consumer name, nickname, handle, name, kunde
    """,
    "rating": """
        rating, score, stars, star rating, overall rating, overall, nps, nps score, csat, csat score,
        satisfaction, ces, overall score, satisfaction score, review score, review rating, likelihood to
        recommend, grade, note globale, bewertung, sterne, bewertung sterne, user rating
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
    "id": "id,uuid,guid",
    "text": "text,comment,comments,feedback,narrative,verbatim,body,message,review,content,description,answer,response",
    "at": "date,at,time,timestamp,datetime",
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
OTHER_IDS = frozenset(
    _words("""
        user customer client account member product app order item store company agent session device page
        category
    """)
)
"""Words that make `… id` the id of something else than the feedback."""
PRIVATE = re.compile(
    r"\b(?:first|last|full|sur|given|family|user|customer|client|contact|consumer|reviewer|author|person) ?name\b"
    r"|^name$|\b(?:agent|assignee|employee|staff|phone|email|e mail|address|iban|ip|birth)\b"
)
"""Names of columns that hold people; they become no segments unless someone asks for it."""
SEGMENT_WORDS = frozenset(
    _words("""
        plan country region product segment tier market version device company brand category team state
        type cohort industry service class size group city store app subscription package edition
    """)
)


HEADLINES = frozenset({"title", "subject", "summary", "headline", "review title", "ticket subject"})
"""Names of short texts, which are no groups even where few of them differ."""
DERIVED = frozenset(
    _words("""
        stage_confidence staged_by sentiment theme_id theme parent_theme_id parent_theme duplicate_of
    """)
)
"""What our own export adds; read again, it is neither a field nor a segment."""
ASKED = frozenset({"recommend", "likely", "satisfied"})
"""Words of a question whose numeric answers are ratings."""


def words_of(name: str) -> str:
    """Return a column's name as lower-case words: `createdAt`, `created_at` and `Created at?` are the same."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join("".join(c if c.isalnum() else " " for c in split.lower()).split())


def segment_name(name: str) -> str:
    """Return the name under which a column becomes a segment: lower case, words joined by underscores."""
    return words_of(name).replace(" ", "_") or "segment"


def name_score(field: str, name: str) -> float:
    """Return how much a name speaks for a field: 0 not at all, 1 to 2 by a word of it, 3 to 4 by the whole.

    >>> name_score("at", "Date received") > name_score("at", "date_visit") > name_score("at", "plan")
    True
    """
    words = words_of(name)
    if not words:
        return 0.0
    if (rank := WHOLE[field].get(words)) is not None:
        return 4.0 - rank / 100
    parts = words.split()
    if field == "id" and (OTHER_IDS & set(parts) or parts[-1] not in LAST["id"]):
        return 0.0
    if parts[-1] in LAST[field]:
        return 2.0
    loose = LAST[field] | ASKED if field == "rating" else LAST[field]
    return 1.0 if loose & set(parts) and field in ("text", "at", "rating") else 0.0
