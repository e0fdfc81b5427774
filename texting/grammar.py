"""A grammar that is tables of phrases: "dalle <hour> alle <hour>" beside what it makes.

A phrase is a row of elements: a word or several with | between; <name> captures another table's value, or what a token
may be read as; <a|b> the first of them that fits; ? behind an element: it may be missing (a capture is then None);
! before one: it must not stand there. The longest phrase wins, of equals the first.
"""

from typing import NamedTuple


DEEPEST = 20    # tables within tables; a list of weekdays longer than that is no list


class Element(NamedTuple):
    """One place of a phrase."""

    words: frozenset
    names: tuple
    optional: bool
    forbidden: bool


class Phrase(NamedTuple):
    """A row of elements, and what is made of the values they capture; `make(now, *values)` is None if it does not fit."""

    elements: tuple
    make: object


class Grammar:
    """Tables of phrases by name."""

    def __init__(self, **tables):
        self.tables = {name: [Phrase(_elements(text), make) for text, make in rows] for name, rows in tables.items()}
        self.by_beginning = {name: self._by_beginning(rows) for name, rows in self.tables.items()}

    def _by_beginning(self, rows):
        """The rows of a table, each with its place, by the words and readings it can begin with."""
        made = {}
        for order, phrase in enumerate(rows):
            for beginnings in self._phrase_begins(phrase, set()):
                for beginning in beginnings:
                    made.setdefault(beginning, []).append((order, phrase))
        return made

    def phrases_at(self, name, token):
        """The phrases of a table that may begin with this token, each with its place in the table."""
        rows = self.by_beginning[name]
        found = dict(rows.get(token.word, ()))
        for kind in token.reads:
            found.update(rows.get(kind, ()))
        return found.items()

    def _begins(self, name, seen):
        """The words, and the readings, with which something of a table can begin."""
        if name in seen:
            return set(), set()
        both = [self._phrase_begins(phrase, seen | {name}) for phrase in self.tables[name]]
        return set().union(*(words for words, _ in both)), set().union(*(kinds for _, kinds in both))

    def _phrase_begins(self, phrase, seen):
        words, kinds = set(), set()
        for element in phrase.elements:
            if element.forbidden:
                continue
            words |= element.words
            for name in element.names:
                more = self._begins(name, seen) if name in self.tables else (set(), {name})
                words, kinds = words | more[0], kinds | more[1]
            if not element.optional:
                break
        return words, kinds


class Reading:
    """One text read by a grammar; what was found at a place is remembered."""

    def __init__(self, grammar, tokens, now):
        self.grammar, self.tokens, self.now, self.known, self.depth = grammar, tokens, now, {}, 0

    def longest(self, name, place):
        """The value and the end of the longest phrase of a table at this place, or None."""
        key = name, place
        if key not in self.known:
            self.known[key] = None      # a table that begins with itself finds nothing there
            self.depth += 1
            self.known[key] = self._longest(name, place) if self.depth <= DEEPEST else None
            self.depth -= 1
        return self.known[key]

    def _longest(self, name, place):
        if place >= len(self.tokens):
            return None
        ways = [(end, order, values, phrase) for order, phrase in self.grammar.phrases_at(name, self.tokens[place])
                for values, end in self._ways(phrase.elements, place)]
        for end, _, values, phrase in sorted(ways, key=lambda way: (-way[0], way[1])):
            made = phrase.make(self.now, *values)
            if made is not None:
                return made, end
        return None

    def _ways(self, elements, place):
        """Every way of going along the elements from a place: the captured values and the end."""
        if not elements:
            yield (), place
            return
        element, rest = elements[0], elements[1:]
        found = self._one(element, place)
        if element.forbidden:
            if found is None:
                yield from self._ways(rest, place)
            return
        if found is not None:
            value, end = found
            for values, last in self._ways(rest, end):
                yield ((value, *values) if element.names else values), last
        if element.optional:
            for values, last in self._ways(rest, place):
                yield ((None, *values) if element.names else values), last

    def _one(self, element, place):
        if place >= len(self.tokens):
            return None
        token = self.tokens[place]
        if token.word in element.words:
            return True, place + 1
        for name in element.names:
            if name in self.grammar.tables:
                found = self.longest(name, place)
                if found:
                    return found
            elif name in token.reads:
                return token.reads[name], place + 1
        return None


def _elements(text):
    return tuple(_element(part) for part in text.split())


def _element(part):
    forbidden, optional = part.startswith("!"), part.endswith("?")
    part = part.lstrip("!").rstrip("?")
    if part.startswith("<"):
        return Element(frozenset(), tuple(part.strip("<>").split("|")), optional, forbidden)
    return Element(frozenset(part.split("|")), (), optional, forbidden)
