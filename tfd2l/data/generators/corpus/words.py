"""The words of the embedded corpus: topics, countries, pairs of people, and how English inflects them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Words that belong together. Nouns and verbs are in their base form, all of them regular."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    adjectives: tuple[str, ...]


def _topic(nouns: str, verbs: str, adjectives: str) -> Topic:
    return Topic(tuple(nouns.split()), tuple(verbs.split()), tuple(adjectives.split()))


TOPICS = {
    "cooking": _topic(
        "cook oven pan soup cake spoon recipe onion sauce kettle",
        "bake boil stir fry taste serve",
        "tasty salty sweet warm fresh spicy",
    ),
    "music": _topic(
        "singer guitar piano drum song concert melody violin choir composer",
        "strum compose perform record rehearse tune",
        "loud gentle famous musical classical cheerful",
    ),
    "sport": _topic(
        "player coach ball team goal match stadium racket court bat",
        "kick pass chase score train cheer",
        "fast strong tired proud athletic tough",
    ),
    "medicine": _topic(
        "doctor nurse patient hospital clinic fever bandage surgeon pill wound",
        "treat heal cure examine prescribe diagnose",
        "sick healthy weak careful painful medical",
    ),
    "sea": _topic(
        "sailor ship harbor wave anchor captain island whale boat storm",
        "sail row steer load rescue float",
        "stormy deep calm coastal windy foggy",
    ),
    "finance": _topic(
        "banker bank loan account coin investor market price deposit debt",
        "borrow invest earn save transfer owe",
        "rich poor costly cheap financial secure",
    ),
    "river": _topic(
        "river bank bridge stream trout otter reed heron crane willow",
        "flood cross follow circle drift water",
        "shallow muddy green narrow wild clear",
    ),
    "building": _topic(
        "builder crane brick wall roof tower ladder crew beam worker",
        "lift stack paint repair hammer climb",
        "tall heavy solid wooden dusty unfinished",
    ),
    "school": _topic(
        "teacher student lesson book classroom exam pencil essay pupil textbook",
        "study learn explain answer copy grade",
        "clever curious lazy strict difficult useful",
    ),
    "law": _topic(
        "judge lawyer court trial witness jury verdict prisoner crime burglar",
        "accuse question defend arrest convict appeal",
        "guilty innocent legal serious fair criminal",
    ),
    "space": _topic(
        "astronaut planet star rocket telescope comet moon satellite orbit galaxy",
        "launch explore observe discover map approach",
        "bright distant dark giant solar cold",
    ),
    "farm": _topic(
        "farmer cow horse barn field tractor crop pig hen fence",
        "harvest plow plant gather milk own",
        "fertile hungry brown rural ripe golden",
    ),
    "forest": _topic(
        "owl fox bat forest cave bear squirrel branch nest hunter",
        "hunt scare track sniff watch frighten",
        "shy silent hollow furry nocturnal leafy",
    ),
    "computing": _topic(
        "programmer computer program keyboard server file network screen robot chip",
        "install download type store connect update",
        "digital modern slow smart virtual broken",
    ),
}

AMBIGUOUS = ("bank", "crane", "court", "bat")
"""Nouns of two topics each: only what stands around them tells which is meant."""

COUNTRIES = {  # country: capital, language, what it is known for
    "france": ("paris", "french", "wine"),
    "germany": ("berlin", "german", "sausages"),
    "italy": ("rome", "italian", "pasta"),
    "spain": ("madrid", "spanish", "olives"),
    "england": ("london", "english", "tea"),
    "greece": ("athens", "greek", "marble"),
    "japan": ("tokyo", "japanese", "rice"),
    "china": ("beijing", "chinese", "silk"),
    "russia": ("moscow", "russian", "snow"),
    "egypt": ("cairo", "arabic", "deserts"),
    "poland": ("warsaw", "polish", "amber"),
    "sweden": ("stockholm", "swedish", "lakes"),
    "norway": ("oslo", "norwegian", "fjords"),
    "portugal": ("lisbon", "portuguese", "cork"),
}

COUPLES = {  # a man, a woman: what both have to do with
    ("king", "queen"): ("throne", "crown", "palace"),
    ("prince", "princess"): ("castle", "jewels", "carriage"),
    ("actor", "actress"): ("stage", "film", "script"),
    ("waiter", "waitress"): ("menu", "restaurant", "tray"),
    ("hero", "heroine"): ("dragon", "legend", "treasure"),
    ("father", "mother"): ("baby", "cradle", "toys"),
    ("grandfather", "grandmother"): ("stories", "armchair", "memories"),
    ("husband", "wife"): ("wedding", "ring", "marriage"),
    ("uncle", "aunt"): ("presents", "holidays", "cousins"),
    ("son", "daughter"): ("parents", "birthday", "bicycle"),
    ("brother", "sister"): ("twins", "bunk", "quarrel"),
    ("monk", "nun"): ("prayer", "convent", "candles"),
}

VOWELS = "aeiou"
DOUBLED = frozenset({"stir", "strum", "map"})  # one stressed syllable that ends in one vowel and one consonant


def pluralize(noun: str) -> str:
    """Returns the plural: "box" -> "boxes", "story" -> "stories", "dog" -> "dogs"."""
    return _with_s(noun)


def inflect_third_person(verb: str) -> str:
    """Returns the third person: "watch" -> "watches", "study" -> "studies", "lift" -> "lifts"."""
    return _with_s(verb)


def inflect_past(verb: str) -> str:
    """Returns the past: "bake" -> "baked", "study" -> "studied", "stir" -> "stirred", "lift" -> "lifted"."""
    if verb.endswith("e"):
        return f"{verb}d"
    if _ends_in_y(verb):
        return f"{verb[:-1]}ied"
    return f"{_doubled(verb)}ed"


def inflect_progressive(verb: str) -> str:
    """Returns the progressive: "bake" -> "baking", "study" -> "studying", "stir" -> "stirring", "lift" -> "lifting"."""
    return f"{verb[:-1]}ing" if verb.endswith("e") else f"{_doubled(verb)}ing"


def add_article(phrase: str) -> str:
    """Adds the indefinite article, "a" or "an"."""
    return f"{'an' if phrase[0] in VOWELS else 'a'} {phrase}"


def _with_s(word: str) -> str:
    if _ends_in_y(word):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"


def _ends_in_y(word: str) -> bool:
    return word.endswith("y") and word[-2] not in VOWELS


def _doubled(verb: str) -> str:
    return f"{verb}{verb[-1]}" if verb in DOUBLED else verb
