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
    """Learns a WordPiece vocabulary.

    The same texts give the same vocabulary, in any order and in any process.

    Args:
        texts: Sentences, which are normalized by `normalize_bert`.
        size: The maximum number of tokens, special tokens and characters included. If there are too many characters,
            the rarest have no token, and words that hold one are unknown.
        min_frequency: Pairs of symbols with a lower count are not merged. Defaults to 2.

    Returns:
        The tokens in the order of their ids.

    Raises:
        DataError: There is no text to learn from.

    Example:
        >>> from tfd2l.text.wordpiece import learn_wordpiece
        >>> learn_wordpiece(["aa aa ab"], size=10)
        ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', '##a', '##b', 'aa']
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
    # with the alphabet as reserved tokens, every number is fixed beforehand.
    reserved = [*SPECIAL_TOKENS, *alphabet, *(f"##{character}" for character in alphabet)]
    trainer = BertWordPieceTokenizer(clean_text=False, strip_accents=False, lowercase=False)  # texts are normalized
    trainer.train_from_iterator(
        sentences,
        vocab_size=size,
        min_frequency=min_frequency,
        special_tokens=reserved,
        show_progress=False,
    )
    return sorted(trainer.get_vocab(), key=trainer.get_vocab().__getitem__)


def load_vocabulary(source: str) -> list[str]:
    """Loads the vocabulary of pretrained weights.

    Args:
        source: `preset:NAME_OR_FOLDER` for a KerasHub preset, `run:RUN_ID` for an earlier run.

    Returns:
        The tokens in the order of their ids.

    Raises:
        ConfigError: `source` has neither form.
        ComponentError: The preset cannot be loaded.
        TrackingError: The run or its vocabulary cannot be read.
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
    """Reads the tokens that `save_vocabulary` wrote.

    Args:
        file: The file.

    Returns:
        The tokens in the order of their ids.
    """
    return [token for _, token in read_lines(file)]


def save_vocabulary(tokens: Iterable[str], file: Path) -> None:
    """Writes one token a line, in the order of their ids.

    Args:
        tokens: The tokens.
        file: The file.
    """
    file.write_text("\n".join(tokens) + "\n", encoding="utf-8")
