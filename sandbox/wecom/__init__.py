"""A strict stand-in of the WeCom server: REST, encrypted callbacks, cards, media, web login."""
