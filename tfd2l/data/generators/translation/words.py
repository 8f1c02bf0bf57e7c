"""The words of a small English and a small French.

No French word that may follow an article, `ne`, `le` or `ce` begins with a vowel: there is no elision to get right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sense = Literal["being", "thing", "any"]
Gender = Literal["m", "f"]
Forms = tuple[str, ...]


@dataclass(frozen=True)
class Noun:
    """One sense of an English noun, and the French noun for it.

    Args:
        sense: A being or a thing.
        gender: Of the French noun; article and adjective agree with it.
        english, french: Singular and plural.
    """

    sense: Sense
    gender: Gender
    english: Forms
    french: Forms


@dataclass(frozen=True)
class Verb:
    """A verb in the present tense.

    Args:
        object: The sense of its object; its subject is a being then. None takes no object.
        subject: The sense of its subject.
        english: Plain, and after a singular third person.
        french: After je, after a singular third person, after nous, after a plural noun.
    """

    object: Sense | None
    subject: Sense
    english: Forms
    french: Forms


@dataclass(frozen=True)
class Adjective:
    """An adjective.

    Args:
        before: Whether it stands before its noun in French, as it always does in English.
        english: It does not change.
        french: Masculine, feminine, masculine plural, feminine plural.
    """

    before: bool
    english: str
    french: Forms


def _rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _forms(text: str) -> Forms:
    return tuple(text.split("/"))


# A noun that stands here twice is one word in English and, by its sense, two in French.
_NOUNS = """
being m dog/dogs         chien/chiens
being m cat/cats         chat/chats
being f cow/cows         vache/vaches
being m boy/boys         garçon/garçons
being f girl/girls       fille/filles
being f woman/women      femme/femmes
being m baker/bakers     boulanger/boulangers
being f queen/queens     reine/reines
thing f house/houses     maison/maisons
thing f table/tables     table/tables
thing m book/books       livre/livres
thing m bridge/bridges   pont/ponts
thing m boat/boats       bateau/bateaux
thing f car/cars         voiture/voitures
thing m knife/knives     couteau/couteaux
thing f lamp/lamps       lampe/lampes
being m seal/seals       phoque/phoques
thing m seal/seals       sceau/sceaux
being f bat/bats         chauve-souris/chauves-souris
thing f bat/bats         batte/battes
being m pitcher/pitchers lanceur/lanceurs
thing f pitcher/pitchers cruche/cruches
being f mole/moles       taupe/taupes
thing m mole/moles       môle/môles
"""

_VERBS = """
being being feed/feeds       nourris/nourrit/nourrissons/nourrissent
being being wake/wakes       réveille/réveille/réveillons/réveillent
being being greet/greets     salue/salue/saluons/saluent
being being comfort/comforts console/console/consolons/consolent
thing being break/breaks     casse/casse/cassons/cassent
thing being clean/cleans     nettoie/nettoie/nettoyons/nettoient
thing being sell/sells       vends/vend/vendons/vendent
thing being paint/paints     peins/peint/peignons/peignent
any   being see/sees         vois/voit/voyons/voient
any   being seek/seeks       cherche/cherche/cherchons/cherchent
any   being find/finds       trouve/trouve/trouvons/trouvent
-     being sleep/sleeps     dors/dort/dormons/dorment
-     being run/runs         cours/court/courons/courent
-     being dance/dances     danse/danse/dansons/dansent
-     being cry/cries        pleure/pleure/pleurons/pleurent
-     thing burn/burns       brûle/brûle/brûlons/brûlent
-     thing shine/shines     brille/brille/brillons/brillent
-     thing vanish/vanishes  disparais/disparaît/disparaissons/disparaissent
"""

_ADJECTIVES = """
before small     petit/petite/petits/petites
before big       grand/grande/grands/grandes
before old       vieux/vieille/vieux/vieilles
before beautiful beau/belle/beaux/belles
after  white     blanc/blanche/blancs/blanches
after  black     noir/noire/noirs/noires
after  red       rouge/rouge/rouges/rouges
after  heavy     lourd/lourde/lourds/lourdes
after  clean     propre/propre/propres/propres
after  strange   étrange/étrange/étranges/étranges
"""

_DETERMINERS = """
the/the   le/la/les/les
this/these ce/cette/ces/ces
my/my     mon/ma/mes/mes
a/-       un/une/-/-
-/two     -/-/deux/deux
"""

NOUNS = [Noun(sense, gender, _forms(en), _forms(fr)) for sense, gender, en, fr in _rows(_NOUNS)]  # type: ignore[arg-type]
VERBS = [
    Verb(None if object == "-" else object, subject, _forms(en), _forms(fr))  # type: ignore[arg-type]
    for object, subject, en, fr in _rows(_VERBS)
]
ADJECTIVES = [Adjective(place == "before", en, _forms(fr)) for place, en, fr in _rows(_ADJECTIVES)]
DETERMINERS = [(_forms(en), _forms(fr)) for en, fr in _rows(_DETERMINERS)]
"""English singular/plural, French as an adjective; "-" where there is none."""

SUBJECT_PRONOUNS = {"I": ("je", 0), "he": ("il", 1), "she": ("elle", 1), "we": ("nous", 2)}
"""English -> French, and which form of a verb follows."""
OBJECT_PRONOUNS = {"him": "le", "her": "la", "them": "les"}
ADVERBS = {"often": "souvent", "always": "toujours"}
NEGATIONS = {"not": "pas", "never": "jamais"}

SENSES = {
    english: {noun.sense for noun in NOUNS if noun.english[0] == english}
    for english in (noun.english[0] for noun in NOUNS)
}
"""English noun -> its senses; a word with two is ambiguous."""
