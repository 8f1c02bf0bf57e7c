"""Model of neural style transfer, and the pixels that its network takes."""
