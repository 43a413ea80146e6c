"""What to ask before somebody who sells attention is paid: red flags in what they promise, and in its price.

A flag speaks of an offer as it is worded, never of people. Whoever sells adverts, photographs or press work promises
other things, in other words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingestion.formats.spoken import Text, compiled, read

# Below this for a thousand, nobody was won one by one: an advert that wins a follower costs tens of pence and more. In
# each of these currencies; in others the price is not judged. Ours.
LEAST_PER_THOUSAND = 50.0
CURRENCIES = ("GBP", "EUR", "USD", "CHF", "AUD", "CAD")

# What is counted where attention is sold; and what may stand between it and its number.
COUNTED = (
    "follower|followers|followern|follows|subscriber|subscribers|subs|fans|like|likes|hearts|upvotes|retweets|reposts|"
    "comments|reactions|plays|views|abonnenten|abonnés|j'aime|vues|seguidor|seguidores|seguidoras|suscriptores|"
    "visualizaciones|visualizzazioni|iscritti|curtidas|inscritos|visualizações|volgers|abonnees|weergaven"
)
KINDS = (
    "real|active|genuine|authentic|organic|targeted|premium|hq|high|quality|new|extra|more|uk|usa|us|worldwide|post|"
    "photo|reel|reels|video|story|page|power|custom|random|male|female|permanent|instant|guaranteed|verified|"
    "monthly|looking|echte|echten|aktive|deutsche|neue|reales|activos|vrais|réels|actifs|reali|attivi|reais|actieve|"
    "de|und|and|en|,|instagram|insta|ig|tiktok|twitter|x|facebook|fb|youtube|yt|spotify|linkedin|threads|twitch"
)
PLATFORMS = "instagram|insta|ig|tiktok|twitter|x|facebook|fb|youtube|yt|spotify|linkedin|threads|twitch|telegram"
# "All comments are answered within minutes" is work, and "people who like gardening" are an audience.
COMING = COUNTED.replace("comments|", "").replace("like|", "")
NAMES = {
    "<things>": rf"(?:(?:{KINDS}) ){{0,6}}(?:{COUNTED}) (?:(?:on |for |für |sur |para |per |voor )?(?:{PLATFORMS}) )?",
    "<coming>": f"(?:{COMING}) ",
    "<price>": "(?:(?:for|only|just|at|à|por|für|per|voor|from|=|,|/) )*(?:¤ #k? |#k? ¤ )",
    "<soon>": "(?:at once |immediately |straight away |within (?:a few |# )?minutes |within the (?:first )?hour )",
    "<time>": "(?:minutes?|hours?|hrs|days?|weeks?|months?|stunden|tagen?|jours|heures|días|horas|giorni|dagen) ",
    "<real>": "(?:real|genuine|authentic|hq|high quality|premium) "
    "(?:(?:and|,|active|real|human|engaged|targeted|looking) )*",
}


@dataclass(frozen=True)
class Flag:
    """One red flag. words: as the offer has them; sentence: what is to be said of it."""

    code: str
    words: str
    sentence: str


# Code → what is said of it, and how offers put it, in the notation of `spoken.compiled`.
LEXICON: dict[str, tuple[str, Sequence[str]]] = {
    "guaranteed": (
        "Nobody can promise how many people will take an interest; whoever guarantees a number delivers accounts.",
        (
            "guaranteed|guarantee ... <things>",
            "<coming> .... guaranteed",
            "guaranteed instagram|tiktok|twitter|channel|account|page|profile? growth",
            "garantierte|garantierten|gegarandeerde|garantis|garantizados|garantiti|garantidos ... <things>",
            "<coming> .... garantiert|garantis|garantizados|garantizadas|garantiti|garantidos|gegarandeerd",
        ),
    ),
    "called_real": (
        "People who mean it need not be called real; whoever sells numbers calls them so.",
        (
            "<real> instagram|insta|ig|tiktok|twitter|facebook|youtube|x? <coming>",
            "<real> accounts|profiles",
            "echte|reale|aktive ... follower|abonnenten|volgers|likes|abonnees",
            "abonnés|vues|seguidores|follower|followers|iscritti|likes|fans réels|actifs|vrais|reales|activos|reais",
            "follower|followers|iscritti|likes|fans reali|attivi|veri",
            "vrais abonnés|followers|likes",
        ),
    ),
    "sold_by_number": (
        "Followers, likes and the like are sold by number here. Numbers that are sold were not won.",
        (
            "buy|sell|selling|purchase|acheter|achetez|comprar|compra|acquista|kopen|koop #? <things>",
            "order|get|receive|gain|deliver|send|supply|add|provide you|your? up|at? to|least? # <things>",
            "boost ... with|by # <things>",
            "<things> kaufen|kopen|package|packages|pack|packs|bundle|paket",
            "package|packages|pack|bundle|plan|kit|paket|lot|pack|paquete|pacchetto|pacote|pakket , # <things>",
            "package|packages|pack|bundle|plan|kit|paket|lot|pack|paquete|pacchetto|pacote|pakket .... # <things>",
            "<things> ,? # pack|package|bundle",
            "# <things> <price>",
            "# <things> ,? ... in|within|every|innerhalb|en|em|binnen # ,? #? <time>",
            "# <things> in|within|every|a|per day|week|month|a|the|<time>",
            "^ #? <things> $",
            "^ # <things> ,|.|/",
            ", # <things> ,|.|$",
        ),
    ),
    "per_thousand": (
        "Followers and likes have a price by the thousand only where accounts are delivered.",
        (
            "per|/|pro #k|k <things>",
            "<coming> .... per|/|pro|je|pour|por|al|à|a #k",
            "<coming> .... #k =|/|for|only|, <price>",
            "<price> per|/|for|pro|je|por|pour #k|k <things>",
        ),
    ),
    "instant": (
        "People do not come at once because somebody was paid; accounts do.",
        (
            "instant|instantly delivered? <things>",
            "instant delivery|start|growth",
            "<coming> .... <soon>",
            "like all? your posts <soon>",
            "delivery|delivered|start|starts|arrive|arrives|arriving within|in a? few|#? #? minutes|mins|seconds",
            "sofortige|schnelle lieferung",
            "livraison instantanée|immédiate|rapide",
            "entrega inmediata|instantánea|imediata|instantânea",
            "consegna immediata|istantanea",
            "direct|directe geleverd|levering",
        ),
    ),
    "no_password": (
        "Whoever needs no password does nothing on the channel: what comes, comes from elsewhere.",
        (
            "no|without a|your|any? password|login is? required|needed|necessary?",
            "no log in required|needed|necessary?",
            "never|not|don't ask|need|require you? for? your|any|a? password",
            "just|only your|the? username|link",
            "kein|ohne|senza|sem|geen|zonder|sin passwort|password|senha|wachtwoord|contraseña",
            "sans mot de passe",
        ),
    ),
    "drip_feed": (
        "What is drip-fed is meant to look as if it had come by itself.",
        (
            "drip feed|fed|feeding",
            "dripfeed",
            "organic|natural looking",
            "look|looks|appear|appears|seem|seems completely|totally? natural|organic",
        ),
    ),
    "refill": (
        "Who means it does not have to be refilled. Accounts that platforms remove do.",
        (
            "refill|refills guarantee|warranty|button|included|policy",
            "day|days|month|months|lifetime|free|auto refill|refills",
            "non|no|low drop",
            "drop protection",
            "replace|restore|refill ... lost|dropped|missing <things>",
            "nachfüllgarantie|auffüllgarantie",
            "garantie|garantía|garanzia|garantia de|di remplacement|reposición|refill|reposição",
        ),
    ),
    "pods": (
        "Likes and comments by arrangement say of a post only that they were arranged.",
        (
            "engagement|comment|like|instagram|linkedin|growth pod|pods",
            "like|comment|follow for like|comment|follow",
            "l4l|f4f|like4like|follow4follow",
            "power likes",
            "from|by|through|using our|a private|own? network of #? real|large? accounts|profiles|users|pages",
        ),
    ),
    "reviews": (
        "Reviews that are ordered are nobody's opinion.",
        (
            "verified|positive google|trustpilot|amazon|app? reviews|ratings",
            "#|five star google|trustpilot|amazon|app? reviews|ratings",
            "buy|sell|purchase #? google|trustpilot|amazon|app? reviews|ratings",
        ),
    ),
    "automation": (
        "Software that poses as people is the opposite of meaning it; most platforms bar it.",
        (
            "auto|automatic|automated likes|like|followers|comments|comment|views|dm|dms|follow|following",
            "auto|automatic|automated connection|direct requests|messages",
            "mass|bulk dm|dms|follow|following|likes|liking|commenting",
            "mass|bulk direct|connection messages|requests",
            "follow /|and? unfollow",
            "follow|like|comment|growth|instagram bot|bots",
        ),
    ),
}
# These say "no" of themselves: that takes nothing back, neither of their own nor of what comes after.
SAY_NO = ("no_password", "refill")
# A sentence that names a thing to refuse it: "we never sell followers", "no guaranteed likes".
REFUSED = re.compile(
    r"(?<![^ ])(?:never|not|don't|doesn't|won't|cannot|can't|no|nor|neither|without|instead of|rather than|refuse|"
    r"against|avoid|beware|stop|kein|keine|keinen|nicht|niemals|jamais|pas|nunca|non|geen|nooit) (?:[^. ]+ ){0,10}$"
)
OF_ADVERTS = compiled(["impressions|reach|clicks|click|cpm|cpc|advert|adverts|advertising|ads|ad|mille"], NAMES)
COUNTS = compiled(["^ #? <things>"], NAMES)
PATTERNS = {code: compiled(said, NAMES) for code, (_, said) in LEXICON.items()}


def flags(promise: str, *, units: int | None = None, price: float | None = None, currency: str = "") -> list[Flag]:
    """Return the red flags of an offer, each code once, in the order of `LEXICON`; none is no sign of honesty.

    promise: in the vendor's words. units: how many of it; price: of all of them, in `currency` (ISO 4217). A price by
    the thousand is judged only where the promise counts followers, likes or the like, and speaks of no adverts.

    >>> [(it.code, it.words) for it in flags("500 real followers, no password needed")]
    [('called_real', 'real followers'), ('sold_by_number', '500 real followers'), ('no_password', 'no password needed')]
    >>> flags("Three photographs and a press release; we never sell followers")
    []
    """
    text = read(promise)
    found = {code: words for code in PATTERNS if (words := _words(code, text))}
    is_of_adverts = bool(OF_ADVERTS.search(text.plain))
    counted = COUNTS.search(text.plain)
    if units and counted and not is_of_adverts:
        found.setdefault("sold_by_number", text.quoted(*counted.span()))
    raised = [Flag(code, found[code], sentence) for code, (sentence, _) in LEXICON.items() if code in found]
    is_judged = "sold_by_number" in found and not is_of_adverts
    return [*raised, *_cheap(units, price, currency.upper())] if is_judged else raised


def _words(code: str, text: Text) -> str:
    """Return the first words of an offer that raise a flag and are not refused in the same sentence; else nothing."""
    before = text.plain if code in SAY_NO else _without_say_no(text.plain)
    for match in PATTERNS[code].finditer(text.plain):
        if code in SAY_NO or not REFUSED.search(before[: match.start()]):
            return text.quoted(*match.span()).strip(" ,.|+/;")
    return ""


def _without_say_no(plain: str) -> str:
    """Return a text of the same length in which what says "no" of itself is blotted out."""
    for code in SAY_NO:
        plain = PATTERNS[code].sub(lambda match: "." * (len(match[0]) - 1) + " ", plain)
    return plain


def _cheap(units: int | None, price: float | None, currency: str) -> Iterator[Flag]:
    if not units or price is None or currency not in CURRENCIES:
        return
    a_thousand = price / units * 1000
    if a_thousand < LEAST_PER_THOUSAND:
        yield Flag(
            "cheap",
            f"{units:,} for {price:,.2f} {currency}",
            f"That is {a_thousand:,.2f} {currency} a thousand; below {LEAST_PER_THOUSAND:,.0f} nobody can have been "
            "won one by one.",
        )
