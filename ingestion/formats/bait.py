"""What a post of the brand begs for, promises and sells, read from its caption in seven languages.

Bait asks for the act itself: "like this post", "tag two friends". To invite an answer ("tell us which one you use") is
conversation, and bait only where a prize hangs on it. The notation is that of `wording.phrases`.
"""

from enum import StrEnum

from ingestion.formats.wording import phrases


class Bait(StrEnum):
    """What a post asks its readers to do."""

    LIKE = "like"
    COMMENT = "comment"
    TAG = "tag"
    SHARE = "share"
    FOLLOW = "follow"
    SAVE = "save"
    VOTE = "vote"


ASKS = {
    Bait.LIKE: (
        "like this|our|the post|photo|picture|pic|video|reel|page",
        "^ like if|and|follow|share|comment|save|tag",
        "like and|comment|follow|share|save|tag share|comment|follow|save|tag|and|subscribe",
        "double tap",
        "smash|hit|press|tap ... like|heart",
        "give|leave|drop us|it|this|a|your like|a|heart|thumbs",
        "like|liket|liked|geliked den|diesen|unseren|das|dieses|dieser beitrag|post|bild|foto|video",
        "like|liket|liked und|teilt|folgt teile|teilt|folgt|folge|kommentiere|kommentiert|markiert|markiere|uns",
        "gefällt mir drücken|klicken",
        "lasst ein|einen|uns like|ein|einen",
        "aimez|likez|like|aime ce|cette|notre|la|le|et post|publication|photo|page|vidéo|partagez|commentez|partage",
        "mets|mettez|laissez|laisse un like|j'aime",
        "dale|da|dadle|deja|dejen|den un|me like|gusta",
        "dale|den|dadle like",
        "metti|mettete|lascia|lasciate un|il|mi like|mi|piace",
        "metti|mettete like|mi",
        "curta|curtam|curte|curtir este|esta|esse|essa|o|a|e|nosso post|foto|publicação",
        "curta|curtam|curte|curtir este|esta|esse|essa|o|a|e|nosso página|vídeo|compartilhe|comente",
        "deixe|deixa|dá|dê o|seu|um|teu like|seu",
        "like dit|deze|ons|onze|en bericht|post|foto|video|pagina|deel|volg|tag",
        "geef een|ons like|een",
    ),
    Bait.COMMENT: (
        "comment below|yes|no|down|done|word|emoji",
        "^ comment with|your|if|to|and|what|which|for|on|a|an|the|or",
        "like|share|tag|follow|save comment and|share|tag|follow|.",
        "like|share|tag|follow|and comment with|below|your|.",
        "type|write|say yes|amen|me|done|it in|below|if|.",
        "drop|leave|post a|an|your|the ... comments|below|comment",
        "kommentiert|kommentiere|kommentier mit|eure|deine|unten|euren|deinen|ja|wenn|euer|dein|.",
        "schreibt|schreibe|schreib ... kommentare|kommentar",
        "hinterlasst|hinterlasse ... kommentar",
        "commentez|commente|commentes avec|votre|ta|oui|si|en|ci|vos|.",
        "laissez|laisse|mettez ... commentaire|commentaires",
        "comenta|comenten|comentad sí|tu|con|abajo|si|su|cuál|vuestra|.",
        "deja|dejen|dejad ... comentario|comentarios",
        "commenta|commentate con|sì|qui|il|la|se|sotto|.",
        "lascia|lasciate ... commento|commenti",
        "comente|comentem|comenta sim|com|sua|aqui|seu|eu|abaixo|qual|se|.",
        "deixe|deixem ... comentário|comentários",
        "reageer|reageren met|onder|ja|als|hieronder|.",
        "laat|plaats een|je|jouw reactie",
    ),
    Bait.TAG: (
        "tag|mention a|two|three|four|five|#|your|some|the best|friend|friends|mate|mates",
        "tag|mention a|two|three|four|five|#|your|some|the person|people|bestie|mum|mom|sister",
        "tag|mention someone|somebody|anyone|who|everyone|him|her|them",
        "markiere|markiert|verlinke|verlinkt|tagge|taggt ... freund|freunde|freundin",
        "markiere|markiert|verlinke|verlinkt|tagge|taggt ... freundinnen|jemanden|person|personen",
        "identifie|identifiez|tague|taguez|mentionne|mentionnez ... ami|amis|amie|amies|personne|personnes|quelqu'un",
        "etiqueta|etiqueten|etiquetad ... amigo|amiga|amigos|amigas|alguien|personas|persona",
        "menciona|mencionen|mencionad ... amigo|amiga|amigos|amigas|alguien|personas|persona",
        "tagga|taggate|menziona|menzionate ... amico|amica|amici|amiche|qualcuno|persone|persona",
        "marque|marquem|marca|mencione ... amigo|amiga|amigos|amigas|alguém|pessoas|pessoa",
        "tag|markeer|vermeld een|twee|drie|je|# ... vriend|vriendin|vrienden|vriendinnen|iemand",
        "tag|markeer iemand",
    ),
    Bait.SHARE: (
        "share|repost this|the|our|your post|reel|video|photo|story|picture|page|with|if|to|on|in|and|now|.",
        "share|repost if|to|with a|your|someone|story|you",
        "like|comment|tag|follow|and share|repost and|comment|tag|follow|if|this|.",
        "teile|teilt diesen|den|dieses|das|unseren ... beitrag|post|video|bild|story",
        "teile|teilt ... story",
        "like|liked|liket|folgt|kommentiert und teile|teilt",
        "partagez|partage ce|cette|cet|en|la|le|si|avec ... post|publication|vidéo|story|photo|article|ami|amis|.",
        "comparte|compartan|compartid este|esta|el|la|en|si|con ... post|publicación|historia|historias",
        "comparte|compartan|compartid este|esta|el|la|en|si|con ... foto|video|amigos|.",
        "condividi|condividete questo|questa|il|la|nelle|se|con ... post|storia|storie|foto|video|amici|.",
        "compartilhe|compartilhem este|esta|esse|essa|o|nos|se|com ... post|publicação|stories|foto|amigos|.",
        "partilhe|partilhem este|esta|esse|essa|o|nos|se|com ... post|publicação|stories|foto|amigos|.",
        "deel dit|deze|het|ons|in ... bericht|post|story|foto|video|.",
    ),
    Bait.FOLLOW: (
        "follow us|me|our|this|along ... more|and|page|account|profile|channel|for|.",
        "^ follow and|us|to|our|for|like|tag|comment",
        "like|comment|tag|share|and follow and|us|tag|comment|share|our|.",
        "folgt|folge uns|unserem|mir|unserer",
        "suivez|suis nous|notre|le|moi",
        "abonnez|abonne vous|toi",
        "síguenos|sígueme|seguinos|síganos|síguenos",
        "sigue|sigan|seguid nuestra|nuestro|la|a|esta cuenta|perfil|página|nosotros",
        "seguici|seguiteci|seguimi",
        "segui|seguite la|il|il|nostra|questa pagina|profilo|nostro|nostra",
        "siga|sigam|segue a|o|nosso|nossa|este|nos página|perfil|conta|nosso|nossa|aqui",
        "volg ons|mij|onze|het",
    ),
    Bait.SAVE: (
        "save this|it|our ... later|post|reel|recipe|tip|tips|.",
        "save the post|reel|recipe",
        "save for later",
        "speichere|speichert|speicher ... später|spaeter|beitrag|post",
        "enregistrez|enregistre|sauvegardez|sauvegarde ce|cette|le|la post|publication|recette|vidéo",
        "guarda|guarden|guardad este|esta|el post|publicación|receta|video|reel",
        "salva|salvate questo|questa|il|la post|ricetta|video",
        "salve|salvem|guarde|salva este|esta|esse|essa post|publicação|receita|vídeo",
        "bewaar dit|deze|het|de bericht|post|recept|tip|video|voor|.",
    ),
    Bait.VOTE: (
        "vote for|now|below|here us|me|our|your|this|in|by|.",
        "^ vote for|now|below|here|in|by|with|a|yes|no",
        "cast your vote",
        "stimmt|stimme|stimm für|ab|jetzt uns|mich|ab|unten|hier|.",
        "votez|vote pour|ici|en|maintenant",
        "vota|voten|votad por|aquí|en|ahora",
        "vota|votate per|qui|il|la|ora|nelle",
        "vote|votem em|na|no|por|aqui|agora nós|gente|mim|enquete|.",
        "stem op|nu|mee ons|mij|op|.",
    ),
}
# Bait only where there is something to be won.
ASKS_FOR_A_PRIZE = {
    Bait.COMMENT: (
        "tell|let|show us ... comments|below",
        "comment ... win|chance",
        "sagt|verratet|erzählt uns ... kommentaren|kommentar",
        "dites|dis|racontez nous|moi ... commentaire|commentaires",
        "cuéntanos|dinos ... comentarios",
        "raccontaci|dicci|scrivici ... commenti",
        "conte|diga ... comentários",
        "vertel|laat ons ... reacties|reactie",
    ),
}
PRIZE = (
    "giveaway|giveaways|raffle|sweepstake|sweepstakes",
    "prize draw",
    "to be entered|in",
    "^ win|to a|an|one|two|three|this|the|our|some|your|#|enter",
    "to|could|and|can win|win|winning a|an|one|two|three|this|the|our|some|your|it|#|.",
    "chance|chances to|of win|winning",
    "enter our|the|to|this competition|giveaway|draw|contest|win",
    "giving away|one|two|three|#",
    "gewinnspiel|verlosung|verlosen",
    "gewinne|gewinnt|gewinnen sie|eine|einen|ein|eins|mit|zwei",
    "zu gewinnen",
    "jeu|grand|notre|concours concours",
    "gagnez|gagne|remporter|gagner|remportez un|une|deux|votre|des|ce|cette|le|la",
    "tirage au sort",
    "tentez|tenter de|votre gagner|chance",
    "sorteo|sorteamos|sorteio|sorteamos|sortearemos",
    "gana|ganar|gánate|participa un|una|dos|por|este|esta|y|en",
    "estrazione|giveaway|contest a|premi",
    "vinci|vincere un|una|due|il|la|questo|questa",
    "concorra a|ao",
    "ganhe|ganhar um|uma|dois|duas|este|esta",
    "winactie|verloten|prijsvraag",
    "win een|deze|dit|twee|jouw",
    "maak|maken kans",
    "kans te winnen",
)
PROMOTION = (
    "% off|rabatt|discount|de|di|sconto|korting|desconto|descuento|reduziert|remise|auf|op|sur|su",
    "^ % sur|auf|op|su|de",
    "discount|discounts|voucher|promo|coupon code|codes|on|for|.",
    "use|with|using code|coupon",
    "sale is|now|starts|ends|on|today",
    "on sale",
    "shop|order|buy|book|preorder|pre-order now|today|online|yours",
    "now # ... instead",
    "now available",
    "available|out now",
    "limited edition|offer|time|stock",
    "free shipping|delivery|postage",
    "new in the|our|store shop|store",
    "black friday",
    "rabatt|rabattcode|gutschein|gutscheincode|sonderangebot",
    "jetzt bestellen|kaufen|erhältlich|sichern|zugreifen|shoppen",
    "versand|versandkostenfrei kostenlos|gratis|frei|bestellen|liefern",
    "kostenloser|gratis versand",
    "im angebot",
    "solde|soldes|promo|promotion|remise sur|de|jusqu'à|code|.|dans",
    "code promo",
    "livraison gratuite|offerte",
    "commandez|achetez|profitez maintenant|vite|dès|en|de",
    "oferta|ofertas|rebajas|descuento|descuentos|promoción en|de|del|por|hasta|especial|.",
    "envío|envíos gratis|gratuito|gratuitos",
    "compra|compre|pide|pídelo ya|ahora|aquí|hoy",
    "sconto|sconti|saldi|offerta del|di|su|fino|per|speciale|.",
    "spedizione gratuita|gratis",
    "acquista|ordina|compra|approfittane ora|subito|adesso|oggi",
    "desconto|promoção|liquidação de|em|do|até|nas|.",
    "frete grátis|gratuito",
    "compre|peça|garanta já|agora|hoje|o|a",
    "korting|aanbieding|uitverkoop|actie op|van|tot|met|.",
    "gratis verzending|bezorging",
    "bestel|koop|shop nu|snel|hier|vandaag|jouw",
)
PRICE = (
    "¤ #",
    "# ¤",
    "# eur|euro|euros|usd|gbp|chf|dollar|dollars|pounds|quid|francs|reais|kr|zl|pln|sek|dkk|nok",
    "eur|usd|gbp|chf #",
    "r ¤ #",
)
LINK = (
    "link in|im|en|dans|nella|na|onze bio|profil|biografía|biografia|la|notre|our",
    "lien dans|en",
)

BAIT = {kind: phrases(said) for kind, said in ASKS.items()}
BAIT_FOR_A_PRIZE = {kind: phrases(ASKS[kind], said) for kind, said in ASKS_FOR_A_PRIZE.items()}
OFFERS_A_PRIZE, PROMOTES, NAMES_A_PRICE, NAMES_A_LINK = map(phrases, (PRIZE, PROMOTION, PRICE, LINK))


def baits(words: list[str], *, prize: bool) -> tuple[Bait, ...]:
    """Return what a post asks its readers to do, in the order of Bait. words: of its caption, in their plain form."""
    asks = BAIT | BAIT_FOR_A_PRIZE if prize else BAIT
    return tuple(kind for kind, said in asks.items() if said.are_in(words))
