"""WordPiece vocabularies: learned from texts, or those of pretrained weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tfd2l.artifacts import run_artifact
from tfd2l.errors import ConfigError, DataError
from tfd2l.files.text_file import read_lines

PAD, UNKNOWN, CLS, SEP, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
VOCABULARY_ARTIFACT = "data/vocabulary.txt"


def learn_wordpiece(texts: Iterable[str], size: int, min_frequency: int = 2) -> list[str]:
    """Learn a WordPiece vocabulary; the same texts give the same vocabulary, in any order and process.

    Args:
        texts: sentences; they are lower-cased and stripped of accents by `normalize_bert`, as those that are split.
        size: at most so many tokens, special tokens and characters included; if there are too many characters, the
            rarest have none, and a word with one of them is unknown.
        min_frequency: a pair seen more rarely is not joined.

    Raises:
        DataError: there is no text to learn from.
    """
    from tokenizers import BertWordPieceTokenizer

    from tfd2l.text.bert_normalization import normalize_texts

    sentences = list(normalize_texts(texts))
    frequency = Counter(character for text in sentences for character in text if not character.isspace())
    room = (size - len(SPECIAL_TOKENS)) // 2  # a character stands at the start of a word or, with ##, inside it
    common = sorted(frequency, key=lambda character: (-frequency[character], character))
    alphabet, rare = sorted(common[:room]), common[room:]
    if not alphabet:
        raise DataError(f"No text to learn a vocabulary from. Received: {len(sentences)} texts, all empty")
    if rare:
        without = str.maketrans(dict.fromkeys(rare, " "))
        sentences = [text.translate(without) for text in sentences]
    # The trainer numbers characters in hash order, which differs by process and breaks ties differently;
    # given the alphabet as reserved tokens, every number is fixed beforehand.
    reserved = [*SPECIAL_TOKENS, *alphabet, *(f"##{character}" for character in alphabet)]
    trainer = BertWordPieceTokenizer(clean_text=False, strip_accents=False, lowercase=False)  # it is normalized
    trainer.train_from_iterator(
        sentences,
        vocab_size=size,
        min_frequency=min_frequency,
        special_tokens=reserved,
        show_progress=False,
    )
    return sorted(trainer.get_vocab(), key=trainer.get_vocab().__getitem__)


def load_vocabulary(source: str) -> list[str]:
    """The vocabulary of `preset:NAME_OR_FOLDER` (KerasHub) or `run:RUN_ID` (an earlier run).

    Raises:
        ConfigError: neither form.
        ComponentError, TrackingError: the preset or the run cannot be had.
    """
    kind, _, name = source.partition(":")
    if kind == "run":
        return read_vocabulary(run_artifact(name, VOCABULARY_ARTIFACT))
    if kind == "preset":
        import keras_hub

        from tfd2l.presets import loading_preset

        with loading_preset(name):
            return list(keras_hub.tokenizers.BertTokenizer.from_preset(name).get_vocabulary())
    raise ConfigError(f"Weights are `preset:NAME_OR_FOLDER` or `run:RUN_ID`. Received: {source!r}")


def read_vocabulary(file: Path) -> list[str]:
    """Returns the tokens that `save_vocabulary` wrote."""
    return [token for _, token in read_lines(file)]


def save_vocabulary(tokens: Iterable[str], file: Path) -> None:
    """One token a line, in the order of their ids."""
    file.write_text("\n".join(tokens) + "\n", encoding="utf-8")
