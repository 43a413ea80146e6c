"""In which language a text is, where there is enough of it to tell."""

from functools import cache
from threading import Lock

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# The more languages are possible, the less sure is any; the fewer, the more often one is taken for its neighbour.
LANGUAGES = (  # noqa: SIM905
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu id is it ja ko lt lv mk ms nl no pl pt ro ru sk sl sq "
    "sr sv sw ta te th tl tr uk ur vi zh"
).split()
NO_LANGUAGE = "zxx"  # numbers, laughter, code
# On 211 invented comments of 28 languages (tests/ingestion/texts) it answers for 99 % and is never wrong.
SURE_ENOUGH = 0.5
ENOUGH = 100  # characters; the time grows with them, the certainty does not
_LOADING = Lock()


def language(text: str) -> str:
    """Return the ISO 639-1 code of the language of what was `said`, or an empty string where it is not clear.

    The first call of a process loads the model, which takes about a second and 100 MB.
    """
    found, _ = _identifier().classify(text[:ENOUGH])
    return "" if found in {NO_LANGUAGE, "und"} else str(found)


def _identifier() -> LanguageIdentifier:
    with _LOADING:  # once, even where two threads come first
        return _loaded()


@cache
def _loaded() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=SURE_ENOUGH)
    identifier.set_languages([*LANGUAGES, NO_LANGUAGE])
    return identifier
