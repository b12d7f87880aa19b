"""What a question takes for granted: that something fell, or that it rose. An answer says so where it did not."""

import re
from typing import Literal

Way = Literal["fall", "rise"]

_FALL = re.compile(
    r"\b(?:drop\w*|fall(?:s|en|ing)?|fell|declin\w+|decreas\w+|sink\w*|sank|plung\w+|slump\w*|dip(?:s|ped|ping)?"
    r"|went down|go(?:es|ing|ne)? down|down|lower|lost|los(?:e|es|ing|s)|shr[aiu]nk\w*)\b"
)
_RISE = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|gr(?:ow|ows|ew|own|owing)|climb\w*|jump\w*|spik\w+|surg\w+|went up"
    r"|go(?:es|ing|ne)? up|up|higher|gain\w*)\b"
)
_WORSE = re.compile(r"\b(?:worse\w*|deteriorat\w+|getting bad)\b")
_BETTER = re.compile(r"\b(?:better|improv\w+|recover\w*)\b")


def asked_way(text: str, better: str = "higher") -> Way | None:
    """Return which way the text says that a measure went; "worse" depends on which direction is good.

    >>> asked_way("why did CSAT drop?"), asked_way("why is churn worse?", better="lower")
    ('fall', 'rise')
    """
    low = text.lower()
    good: Way = "rise" if better == "higher" else "fall"
    bad: Way = "fall" if better == "higher" else "rise"
    if _FALL.search(low):
        return "fall"
    if _RISE.search(low):
        return "rise"
    if _WORSE.search(low):
        return bad
    return good if _BETTER.search(low) else None
