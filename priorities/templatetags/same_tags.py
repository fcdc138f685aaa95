"""A part of a page that depends on a few plain values is drawn once for them.

Unlike a whole answer it outlives a change of the data: what it shows stands in its key.
"""

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.functional import Promise
from django.utils.translation import get_language

from ..lru import LRU

register = template.Library()

KEPT = LRU(most=750_000)


@register.tag
def same(parser: Parser, token: Token) -> "Same":
    """``{% same "units" key … %}…{% endsame %}``: the name of the part and all that it depends on
    beside the language and the days of the addresses. No form token and no nonce may be in it.

    A key that is None keeps nothing: a form with errors, say.
    """
    _name, *words = token.split_contents()
    if len(words) < 2:
        raise TemplateSyntaxError("“same” wants the name of the part and what it depends on.")
    nodes = parser.parse(("endsame",))
    parser.delete_first_token()
    return Same(*(parser.compile_filter(word) for word in words), nodes=nodes)


class Same(Node):
    def __init__(self, *vary: FilterExpression, nodes: NodeList):
        self.vary, self.nodelist = vary, nodes

    def render(self, context: Context) -> str:
        vary = [_plain(one.resolve(context)) for one in self.vary]
        if None in vary:
            return self.nodelist.render(context)
        key = (get_language(), context["addresses"].key, *vary)
        return KEPT.get(key, lambda: self.nodelist.render(context))


def _plain(value: object) -> object:
    """Hashable, and without words that are translated only when they are read."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, dict):
        return tuple(value.items())
    if isinstance(value, list | tuple):
        return tuple(_plain(one) for one in value)
    return value
