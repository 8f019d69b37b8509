#!/usr/bin/env python3
"""Draw sentences from this repository at random, for a reader who judges their English.

    .ci/sample_sentences.py SEED [DIRECTORY]   write sample-SEED.txt (30 numbered sentences of each group) and
                                               sample-SEED.key (number, group, file:line, sentence)
    .ci/sample_sentences.py --all GROUP        print every sentence of a group with its file:line

Groups: docs (Markdown at the top and in docs/), pages (rule pages), help (--help texts and messages), and comments (doc
comments outside of tests). Sentences of fewer than five words are omitted. A seed always draws the same sentences.
"""

import argparse
import pathlib
import random
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
PER_GROUP = 30
# Files whose literals are lists of words, not messages.
WORD_LISTS = {"src/catalogue/language.rs"}
LEAST_WORDS = 5
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no)\.|\b[A-Z]\.)$")
SENTENCE_END = re.compile(r"[.!?][\"')\]`]*\s+(?=fvprov |[A-Z`\"'(\[{*_0-9])")
COMPLETE = re.compile(r"(?:[A-Z`\"'(0-9*\[]|[a-z][a-z]+(?:\s|$)).*[.!?:][\"')`]*$", re.S)
CLAP_DERIVE = re.compile(r"\s*#\[derive\([^)]*\b(?:Args|Parser|Subcommand|ValueEnum)\b")
LITERAL = re.compile(r'(?<!\w)b?(?:r(#*)"(?P<raw>.*?)"\1|"(?P<plain>(?:\\.|[^"\\])*)")', re.S)
ATTRIBUTE = re.compile(r"#!?\[(?:[^\[\]\"]|\"(?:\\.|[^\"\\])*\"|\[[^\]]*\])*\]")
# Literals in these calls are not messages for users.
INTERNAL = re.compile(
    r"(?:expect|unreachable!|panic!|assert\w*!|debug_assert\w*!|include_\w+!|contains|starts_with|ends_with|split"
    r"|strip_prefix|strip_suffix|Regex::new)\s*\(\s*$"
)


def sentences(text):
    """Split a paragraph into sentences."""
    text = re.sub(r"\s+", " ", text).strip()
    parts, start = [], 0
    for match in SENTENCE_END.finditer(text):
        if not ABBREVIATION.search(text[start : match.start() + 1]):
            parts.append(text[start : match.end()].strip())
            start = match.end()
    return [part for part in [*parts, text[start:].strip()] if part]


def plain(text):
    """Remove Markdown links, bold text and HTML comments, but not code spans."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[(`[^`\]]+`)\](?:\[[^\]]*\])?", r"\1", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\1", text)
    return re.sub(r"<!--.*?-->", "", text).strip()


def words(text):
    """Count the words. A code span or a placeholder counts as one word."""
    text = re.sub(r"`[^`]*`|\{[^{}]*\}", " X ", text)
    return sum(1 for token in text.split() if re.search(r"[A-Za-z]", token))


def paragraphs(lines, first):
    """Yield the line number and the text of each paragraph and list item of a Markdown text."""
    fence, buffer, at, in_item = None, [], 0, False
    for number, raw in enumerate([*lines, ""], first):
        line = raw.strip()
        opening = re.match(r"(`{3,}|~{3,})", line)
        if fence:
            if line.startswith(fence) and not line.strip("`~"):
                fence = None
            continue
        is_link = re.match(r"\[[^\]]*\]\(", line)
        boundary = opening or not line or line.startswith(("#", "|", "<!--", "---", "[")) and not is_link
        item = re.match(r"(?:[-*+]|\d+\.)\s+|>\s?", line)
        if (boundary or item) and buffer:
            yield at, " ".join(buffer)
            buffer = []
        if opening:
            fence = opening[1]
        if boundary:
            continue
        if item:
            line = line[item.end() :]
        if not buffer:
            if raw.startswith("    ") and not item and not in_item:
                continue
            at = number
        in_item = bool(item) or in_item and raw.startswith(" ")
        buffer.append(line)


def markdown(lines, where, first=1, may_be_fragment=False):
    """Yield the sentences of a Markdown text. A paragraph of one sentence may have no full stop if allowed."""
    for line, paragraph in paragraphs(lines, first):
        found = sentences(plain(paragraph))
        for sentence in found:
            is_whole = COMPLETE.match(sentence) or may_be_fragment and len(found) == 1
            if is_whole and words(sentence) >= LEAST_WORDS:
                yield f"{where}:{line}", sentence


def clap_lines(lines):
    """Return the indices of the lines of items that derive a clap trait, including their doc comments."""
    result, at = set(), 0
    while at < len(lines):
        if CLAP_DERIVE.match(lines[at]):
            first = at
            while first and re.match(r"\s*(///|#!?\[)", lines[first - 1]):
                first -= 1
            depth, in_item, last = 0, False, at
            for last in range(at, len(lines)):
                code = re.sub(r'"(?:\\.|[^"\\])*"', '""', lines[last])
                in_item = in_item or re.match(r"\s*(pub(\([^)]*\))?\s+)?(struct|enum)\b", code)
                if in_item and not code.strip().startswith("//"):
                    depth += code.count("{") - code.count("}")
                if in_item and depth <= 0 and re.search(r"[{};]", code):
                    break
            result.update(range(first, last + 1))
            at = last
        at += 1
    return result


def doc_comments(lines):
    """Yield the index of the first line and the text of each doc comment."""
    at = 0
    while at < len(lines):
        match = re.match(r"\s*(///|//!)(?!/)", lines[at])
        start, block = at, []
        while match and at < len(lines) and re.match(rf"\s*{match[1]}(?!/)", lines[at]):
            block.append(re.sub(rf"^\s*{match[1]} ?", "", lines[at]))
            at += 1
        if block:
            yield start, block
        else:
            at += 1


def messages(lines, where):
    """Yield the sentences of the string literals that look like messages."""
    text = "\n".join("" if re.match(r"\s*//", line) else line for line in lines)
    text = re.sub(r"b?'\\?\"'", lambda quote: " " * len(quote[0]), text)
    attributes = [(match.start(), match.end()) for match in ATTRIBUTE.finditer(text) if not match[0].startswith("#[error(")]
    for match in LITERAL.finditer(text):
        is_attribute = any(start <= match.start() < end for start, end in attributes)
        if is_attribute or INTERNAL.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        value = match["raw"] if match["raw"] is not None else re.sub(r"\\\n\s*", "", match["plain"])
        value = re.sub(r"\\[nrt]", "\n", value.replace('\\"', '"').replace("\\\\", "\\"))
        if re.search(r"[<>]|\{\{|=\"|\bfvprov [a-z]+ --|^\s*[\[{]\"", value):
            continue
        line = text.count("\n", 0, match.start()) + 1
        for paragraph in map(str.strip, value.split("\n")):
            if not re.match(r'(?!(?:and|or|which|but|as|with) )[A-Za-z`{"]', paragraph):
                continue
            for sentence in sentences(paragraph):
                prose = re.sub(r"`[^`]*`|\{[^{}]*\}", " ", sentence)
                is_prose = len(re.findall(r"(?<!\S)[A-Za-z]{2,}", prose)) >= 4
                if is_prose and words(sentence) >= LEAST_WORDS and not re.search(r"[,(:]$", sentence):
                    yield f"{where}:{line}", sentence


def rust(path):
    """Return the sentences of a Rust file before its tests: those for users, and those of doc comments."""
    where, lines = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8").split("\n")
    tests = next((at for at, line in enumerate(lines) if line.strip().startswith("#[cfg(test)]")), len(lines))
    lines = lines[:tests]
    clap = clap_lines(lines)
    help_texts, comments = [], []
    for start, block in doc_comments(lines):
        if start in clap:
            help_texts += markdown(block, where, start + 1, may_be_fragment=True)
        else:
            comments += markdown(block, where, start + 1)
    if where not in WORD_LISTS:
        help_texts += messages(["" if at in clap else line for at, line in enumerate(lines)], where)
    return help_texts, comments


def groups():
    """Return the sentences of each group with their positions; a sentence that occurs twice is listed once."""
    found = {"docs": [], "pages": [], "help": [], "comments": []}
    docs = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "schemas/README.md"]
    for path in (path for path in docs if not path.name.startswith("LICENSE")):
        found["docs"] += markdown(path.read_text(encoding="utf-8").split("\n"), path.relative_to(ROOT))
    for path in sorted((ROOT / "src").rglob("*.md")):
        found["pages"] += markdown(path.read_text(encoding="utf-8").split("\n"), path.relative_to(ROOT))
    for path in sorted((ROOT / "src").rglob("*.rs")):
        if "tests" not in path.parts and path.name != "tests.rs":
            help_texts, comments = rust(path)
            found["help"] += help_texts
            found["comments"] += comments
    unique = {}
    for group, pairs in found.items():
        positions = {}
        for where, sentence in pairs:
            positions.setdefault(sentence, where)
        unique[group] = list(positions.items())
    return unique


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int, nargs="?")
    parser.add_argument("directory", type=pathlib.Path, nargs="?", default=".")
    parser.add_argument("--all", metavar="GROUP", choices=["docs", "pages", "help", "comments"])
    arguments = parser.parse_args()
    found = groups()
    if arguments.all:
        for sentence, where in found[arguments.all]:
            print(f"{where}\t{sentence}")
        return
    if arguments.seed is None:
        parser.error("name a seed, or --all GROUP")
    generator = random.Random(arguments.seed)
    drawn = [(group, *pair) for group, pairs in found.items() for pair in generator.sample(sorted(pairs), PER_GROUP)]
    generator.shuffle(drawn)
    name = arguments.directory / f"sample-{arguments.seed}"
    numbered = list(enumerate(drawn, 1))
    name.with_suffix(".txt").write_text("".join(f"{n}. {s}\n" for n, (_, s, _) in numbered), encoding="utf-8")
    name.with_suffix(".key").write_text("".join(f"{n}\t{g}\t{w}\t{s}\n" for n, (g, s, w) in numbered), encoding="utf-8")
    print(f"{name}.txt: {len(drawn)} sentences of " + ", ".join(f"{len(pairs)} {group}" for group, pairs in found.items()))


if __name__ == "__main__":
    main()
