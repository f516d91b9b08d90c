"""Write every reference page: `python -m docs.generators`."""

from docs.generators.pages import GENERATORS


def main() -> None:
    """Write the pages, and name those that changed."""
    for generator in GENERATORS:
        text = generator.page()
        before = generator.PAGE.read_text(encoding="utf-8") if generator.PAGE.exists() else ""
        if text != before:
            generator.PAGE.write_text(text, encoding="utf-8")
            print(f"wrote {generator.PAGE.name}")


if __name__ == "__main__":
    main()
