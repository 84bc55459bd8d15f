"""A page of HTML as a tree of elements, with the few questions that the checks ask of it."""

from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split())
UNSEEN = frozenset(["script", "style", "template", "noscript", "head"])


class Element:
    __slots__ = ("tag", "attributes", "children", "parent")

    def __init__(self, tag, attributes, parent):
        self.tag = tag
        self.attributes = attributes
        self.children = []
        self.parent = parent

    def get(self, name, default=None):
        """The attribute; an attribute without a value is the empty text, one that is absent the default."""
        value = self.attributes.get(name, default)
        return "" if value is None and name in self.attributes else value

    @property
    def classes(self):
        return (self.get("class") or "").split()

    def walk(self):
        """Every element below, in the order of the page. What a template holds is not on the page."""
        stack = [child for child in reversed(self.children) if isinstance(child, Element)]
        while stack:
            element = stack.pop()
            yield element
            if element.tag == "template":
                continue
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def all(self, tag=None, of=None, **attributes):
        """Those below with this tag, this class and these attributes; `aria_label` stands for `aria-label`."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        for element in self.walk():
            if tag is not None and element.tag != tag:
                continue
            if of is not None and of not in element.classes:
                continue
            if all(element.get(name) == value for name, value in wanted.items()):
                yield element

    def first(self, tag=None, of=None, **attributes):
        return next(self.all(tag, of, **attributes), None)

    def raw(self):
        """The text below as it stands, for scripts."""
        return "".join(child if isinstance(child, str) else child.raw() for child in self.children)

    def text(self):
        """What a reader sees below: nothing hidden, each run of white space as one space. A no-break space stays."""
        return squeezed("".join(self._visible()))

    def _visible(self):
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN and "hidden" not in child.attributes:
                if child.tag == "br":
                    yield " "
                else:
                    block = child.tag not in INLINE
                    if block:
                        yield " "
                    yield from child._visible()
                    if block:
                        yield " "

    def ancestor(self, tag):
        element = self.parent
        while element is not None and element.tag != tag:
            element = element.parent
        return element


INLINE = frozenset("a abbr b bdi bdo cite code data del em i ins kbd mark q s samp small span strong sub sup time u var".split())


def squeezed(text):
    """White space of HTML (not the no-break spaces) as single spaces, none at the ends."""
    return " ".join(part for part in text.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ") if part)


class TreeBuilder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {}, None)
        self.open = self.root
        self.unclosed = []

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes), self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attributes):
        # In HTML the slash means nothing, except inside SVG.
        self.handle_starttag(tag, attributes)
        if tag not in VOID and self.open.ancestor("svg") is not None:
            self.open = self.open.parent

    def handle_endtag(self, tag):
        element = self.open
        while element is not None and element.tag != tag:
            element = element.parent
        if element is None:
            self.unclosed.append(tag)
        else:
            self.open = element.parent

    def handle_data(self, data):
        self.open.children.append(data)


def parse(text):
    builder = TreeBuilder()
    builder.feed(text)
    builder.close()
    return builder.root
