"""What programs call their things, in English and in some other languages."""

import ast
import re

RATE = r"^lr|rate|^alpha$|^eta$|learning|step_size|^speed|^l_r$|^tasa|^taux|^tax"
EPOCHS = r"epoch|epoc|epok|iter|^reps$|cycles|n_steps|repeat|generations|^times$|num_times|durchl|veces|\u00e9po[cq]"
BATCH = r"batch"
A_BATCH = r"^(mini_?)?batch(es|_data)?$"  # one itself, not how large it is
HELD_OUT = (
    r"^(x_?|y_?)?(test|valid(ation)?|val|eval|dev)(_?(x|y|set|data|inputs|labels))?$|_(test|val|dev)$"  # not trained on
)
QUIET = r"verbose|print|debug|plot|^log|show|display|report"
LABELS = (
    r"^y|^t$|^ts$|target|label|^outputs?$|expected|desired|truth|train(ing)?_out|correct|answer|^d$|goal|wanted|teach"
    r"|^want|^soll|^ziel|salida|esperad|objetiv|etiquet|sortie|attendu|ausgab|saida|alvo"
)
INPUTS = (
    r"^x|^inputs?|^data|feature|sample|example|train(ing)?_(in|set|x|ex)|pattern|^row|^values$|^in_|^train$|^points?$"
    r"|entrada|eingab|entree|beispiel|echantillon|dato|^daten|dados|donn[e\u00e9]es"
)
PAIRED = r"data|set|train|examples|samples|pairs|pattern|beispiel|ejemplo|dato"
SIZES = (
    r"sizes?$|layer_?sizes?|dims|architect|topolog|shape|struct|^layers?$|layout|^config$|nodes$|units$|^arch"
    r"|capas|schicht|couche|camada|tama"
)
IN_WORDS, HIDDEN_WORDS, OUT_WORDS = (  # layers, in other languages
    r"entrad|entree|entr\u00e9e|eingab|ingress",
    r"ocult|escond|cach(ee|\u00e9)|verst|verbor|nascost",
    r"saida|sa\u00edda|salid|sortie|ausgab|uscit",
)
TRAINS = (
    r"^_*train_?(step|one|example|on|single|sample)|^_*(fit|train|learn|partial_fit|optimi[sz]e|sgd|gradient_descent|run)"
    r"|train|learn|fit|back|update|step|descent|model|lern|entren|aprend|apprend|entrai|trein|ajust|teach|study"
    r"|^leer|e[g\u011f]it|[o\u00f6][g\u011f]ren|^ucz|^tanit|oppl\u00e6r"
)
FORWARD = (
    r"forward|feed|predict|propagate|query|think|calc|^run|eval|output|__call__|compute|activate|guess|vorw|adelante"
    r"|avan"
)
BACKWARD = r"back|error|delta|gradient|atras|retro|r(ue|\u00fc)ck"
STEP = r"update|adjust|apply|step|change|optimi[sz]e|learn|ajust|actualiz|schritt"
NETWORK = r"net|mlp|nn|model|xor|perceptron|brain|^red|rede|r\u00e9seau|reseau|rete"
MAKES = (
    r"^(init|make|build|create|setup|new|define|get)|^(neural_?)?net(work)?$|crea|bau|cr\u00e9er|inic"  # what makes one
)
MADE = NETWORK + r"|param|^weights|^theta|^layers?$|capas|schicht"  # what one is called as an argument
COUNT_OF_OUTPUTS = r"^(n|num|no|number)_?(of_)?_?(out|class|label)"


def is_like(pattern: str, name: str) -> bool:
    """True where a name is one of these."""
    return bool(re.search(pattern, name.lower()))


def numbers_called(pattern: str, texts: dict[str, str]) -> list[float]:
    """The numbers that a program gives to names like these, in assignments, calls and defaults."""
    found = []
    for node in (node for text in texts.values() for node in ast.walk(ast.parse(text))):
        pairs = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.keyword):
            pairs = [(ast.Name(node.arg or ""), node.value)]
        elif isinstance(node, ast.FunctionDef):
            arguments = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            pairs = [(ast.Name(a.arg), d) for a, d in zip(arguments, node.args.defaults, strict=True)]
        for target, value in pairs:
            name = getattr(target, "id", None) or getattr(target, "attr", "")
            number = getattr(value, "value", None)
            if name and is_like(pattern, name) and isinstance(number, (int, float)):
                found.append(float(number))
    return list(dict.fromkeys(found))
