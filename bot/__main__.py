"""`python -m bot` is `houqin`."""

from bot.cli import main

if __name__ == "__main__":
    main()
