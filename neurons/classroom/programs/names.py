"""What programs call their things, in English and in some other languages."""

import re

RATE = r"^lr|rate|^alpha$|^eta$|learning|step_size|^speed|^l_r$|^tasa|^taux|^tax"
EPOCHS = r"epoch|epoc|epok|iter|^reps$|cycles|n_steps|repeat|generations|^times$|num_times|durchl|veces"
BATCH = r"batch"
QUIET = r"verbose|print|debug|plot|^log|show|display|report"
LABELS = (
    r"^y|^t$|^ts$|target|label|^outputs?$|expected|desired|truth|train(ing)?_out|correct|answer|^d$|goal|wanted|teach"
    r"|^want|^soll|^ziel|salida|esperad|objetiv|sortie|attendu|ausgab|saida"
)
INPUTS = (
    r"^x|^inputs?|^data|feature|sample|example|train(ing)?_(in|set|x|ex)|pattern|^row|^values$|^in_|^train$|^points?$"
    r"|entrada|eingab|entree|beispiel|dato|^daten"
)
PAIRED = r"data|set|train|examples|samples|pairs|pattern|beispiel|ejemplo|dato"
SIZES = (
    r"sizes?$|layer_?sizes?|dims|architect|topolog|shape|structure|^layers?$|layout|^config$|nodes$|units$|^arch"
    r"|capas|schicht|tama"
)
TRAINS = (
    r"^_*train_?(step|one|example|on|single|sample)|^_*(fit|train|learn|partial_fit|optimi[sz]e|sgd|gradient_descent|run)"
    r"|train|learn|fit|back|update|step|descent|model|lern|entren|aprend|apprend|entrai|trein|ajust|teach|study"
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
