"""Learning: sentences made from the material, and the model that is fitted to them. Nothing here runs in the bot."""
