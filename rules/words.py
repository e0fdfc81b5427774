"""The words that mark our messages to a person, and our operator at the door (la parola)."""

# Things to eat, see, wear or walk past; nobody's name, no comune from around Bergamo, no service, nothing that hurts,
# nothing that is an answer or a command in a text. No two differ by one letter: they are said aloud at a door.
WORDS = tuple("""
    abete acero agave aglio airone albero album alce amaca ananas anatra anello ape arpa atomo avena baia
    balzo banco barca bici blu bosco brezza brina brocca brodo bronzo buccia budino bulbo burro cabina cacao
    canoa canto carota carro cedro cicala cielo cigno cima cinema circo cocco colore cometa coro cotone cubo
    cucina cuoco cupola dado danza diga disco divano drago duna elica faggio falena faro favola felce felpa
    fiaba fieno filo fiordo fiume flauto flotta foglia forno frutto gatto gelato ghiaia ghiro giacca giallo
    gilet gioco globo golfo gomma grano grotta guanto gufo guscio igloo indaco kiwi koala lago laguna lampo
    lana larice latte legno lepre libro limone lince linea lontra lume maglia malga manica mappa mare matita
    mela melone menta merlo micio miele molo monte motore mulino museo nastro natura nebbia neve ninfea noce
    nota nuvola oasi ocra onda ontano orbita orzo pagina pala pane panna parco pedale pedana pepita pesca
    petalo pialla piatto piazza pinolo pioppo poema pomelo pony pozzo prato prisma prugna quadro quarzo radio
    ramo resina riso ritmo riva roccia rotaia rullo ruota sabbia salice salvia sapone sasso scacco scarpa
    sciame sedano segale seta sfera siepe slitta spago spiga spugna strada stuoia succo suono tango tasca
    tavolo tazza teatro tegola telaio tenda tiglio timbro timo tisana torta tram treno tronco tucano uva
    valzer vapore vaso vento verde vetro vetta vigna vite zaino zebra zolla zucca
""".split())


def draw(random, taken) -> str:
    """A word that is not among those `taken`, by a `random.Random`. Raises IndexError when none is left."""
    return random.choice([word for word in WORDS if word not in taken])
