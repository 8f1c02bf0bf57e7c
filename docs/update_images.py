"""Runs experiments and stores their figures as the pictures of the documentation.

Usage: `python docs/update_images.py` for all of them (about an hour on two cores), `python docs/update_images.py
chapter-11` for those whose name contains a text.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

import tfd2l

FOLDER = Path(__file__).parent / "images"
WIDTH = 1200  # pixels; wider figures are scaled down

# picture -> overrides of the experiment, and which of its figures
PICTURES: dict[str, tuple[tuple[str, ...], str]] = {
    "chapter-10/attention_pooling": (("+experiment=nadaraya_watson",), "attention_pooling_test"),
    "chapter-10/positional_encoding": (("+experiment=positional_encoding",), "positional_encoding"),
    "chapter-11/minima_and_saddles": (("+experiment=minima_and_saddles",), "minima_and_saddles"),
    "chapter-11/convexity": (("+experiment=convexity",), "convexity"),
    "chapter-11/gradient_descent_2d": (("+experiment=gradient_descent_2d",), "trace"),
    "chapter-11/dynamic_rate_comparison": (("+experiment=dynamic_rate_comparison",), "traces"),
    "chapter-11/minibatch_timing": (("+experiment=minibatch_timing",), "minibatch_timing"),
    "chapter-11/leaky_averages": (("+experiment=leaky_averages",), "leaky_averages"),
    "chapter-12/communication_times": (("+experiment=ring_allreduce", "trainer.max_steps=2"), "communication_times"),
    "chapter-13/augmented_images": (
        ("+experiment=augmentation_cifar10", "tables.augmentation=strong", "trainer.max_steps=2"),
        "augmented_images",
    ),
    "chapter-13/anchor_boxes": (("+experiment=ssd", "trainer.max_steps=2"), "anchor_boxes"),
    "chapter-13/segmented_images": (("+experiment=fcn",), "segmented_images_test"),
    "chapter-13/style_images": (("+experiment=style_transfer",), "style_images"),
    "chapter-14/vector_map": (("+experiment=skip_gram",), "vector_map"),
    "chapter-14/words_in_context": (("+experiment=bert_pretraining",), "in_context_bat"),
    "chapter-15/confusion": (("+experiment=nli_bert",), "confusion_matrix_test"),
}


def save_picture(source: Path, target: Path) -> None:
    """Stores a figure as WebP, scaled down to `WIDTH`."""
    with Image.open(source) as image:
        height = round(image.height * min(1, WIDTH / image.width))
        picture = image.convert("RGB").resize((min(WIDTH, image.width), height), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=82, method=6)


def main(wanted: str) -> None:
    """Runs each experiment once and stores the figures that are wanted."""
    chosen = {name: source for name, source in PICTURES.items() if wanted in name}
    for overrides in dict.fromkeys(overrides for overrides, _ in chosen.values()):
        result = tfd2l.Experiment.from_config(tfd2l.compose(*overrides)).run()
        for name, (of, figure) in chosen.items():
            if of == overrides:
                save_picture(Path(result.figures[figure]), FOLDER / f"{name}.webp")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
