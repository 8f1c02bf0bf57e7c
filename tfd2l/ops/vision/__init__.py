"""Ops on images, boxes, anchors and masks."""
