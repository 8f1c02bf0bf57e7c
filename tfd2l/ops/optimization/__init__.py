"""Ops of chapter 11: objectives, Hessians, convexity, conditioning."""
