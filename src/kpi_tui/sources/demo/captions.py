"""What the demo's brand posts about: five themes, their temper and their captions.

Knows words and typical rates; not when anything is posted nor how it fares.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A theme of the brand and how people take to it."""

    name: str
    match: tuple[str, ...]
    """What the config's rule looks for in a caption."""
    reach: float
    """Views, against the account's typical video."""
    likes: float
    """Per view, as the rest below."""
    comments: float
    shares: float
    saves: float
    completion: float
    """Factor on the completion rate that its length alone would give."""
    follows: float
    """Factor on new followers per view."""
    clicks: float
    """Factor on link clicks per view."""
    captions: tuple[str, ...]


TOPICS = {
    topic.name: topic
    for topic in (
        Topic(
            name="Recipes",
            match=("#recipe", "#cooking", "how to make"),
            reach=2.4,
            likes=0.068,
            comments=0.0040,
            shares=0.0100,
            saves=0.0180,
            completion=1.15,
            follows=1.5,
            clicks=1.0,
            captions=(
                "Lemon potatoes that drink the whole pan 🍋 #recipe #oliveoil #greekfood",
                "How to make ladolemono in twelve seconds #recipe #oliveoil",
                "Grandmother's gigantes, one pot, no hurry #recipe #greekfood #beans",
                "Tomato, bread, oil: the three-minute supper #recipe #oliveoil #cooking",
                "Olive oil cake that stays moist for a week 🍰 #recipe #baking #oliveoil",
                "Crisp zucchini fritters, and the trick is salt #recipe #greekfood",
                "How to make tzatziki that does not weep #recipe #greekfood",
                "Orzo, clams, a lot of oil, one pan #recipe #cooking #seafood",
                "We fried an egg in green oil and now we cannot stop #cooking #oliveoil",
                "Fava with capers, the island way #recipe #greekfood #santorini",
                "Sunday horta: wild greens, oil, patience #recipe #cooking",
                "How to make spanakopita crackle 🥬 #recipe #greekfood #baking",
                "Whipped feta, hot honey, good oil #recipe #cooking #feta",
                "Chickpeas from the clay pot, ten hours in one minute #recipe #greekfood",
            ),
        ),
        Topic(
            name="Tours",
            match=("#grovetour", "#milltour"),
            reach=1.0,
            likes=0.044,
            comments=0.0025,
            shares=0.0040,
            saves=0.0050,
            completion=0.95,
            follows=0.9,
            clicks=0.8,
            captions=(
                "A walk under trees older than the village #grovetour #oliveoil",
                "Inside the mill at 5 in the morning #milltour #harvest",
                "This olive tree has seen nine centuries 🌳 #grovetour #greece",
                "From branch to bottle in forty seconds #milltour #oliveoil",
                "The terraces above the sea, row by row #grovetour #peloponnese",
                "Where the stone wheel still turns #milltour #craft",
                "Morning fog in the lower grove #grovetour #greece",
                "The press room, with the sound on #milltour #asmr #oliveoil",
                "Which variety is which? A tour in leaves #grovetour #koroneiki",
                "We let a drone count our trees #grovetour #harvest",
                "Cellar tour: 18 degrees, no light, no rush #milltour #oliveoil",
                "The oldest wall of the farm, and who lives in it 🦎 #grovetour",
                "A goat showed us the short way up #grovetour #greece",
                "Bottling line, start to end #milltour #satisfying",
                "The spring that waters four hundred trees #grovetour #peloponnese",
                "Night harvest under lamps #grovetour #harvest",
            ),
        ),
        Topic(
            name="Behind the scenes",
            match=("#behindthescenes", "#smallbusiness"),
            reach=0.9,
            likes=0.050,
            comments=0.0045,
            shares=0.0030,
            saves=0.0030,
            completion=1.0,
            follows=1.0,
            clicks=0.7,
            captions=(
                "Packing orders with the radio on #behindthescenes #smallbusiness",
                "We label two thousand bottles by hand. Here is why #behindthescenes",
                "What a bad harvest looks like, honestly #behindthescenes #harvest",
                "Tasting day: nine spoons, one winner #behindthescenes #oliveoil",
                "Meet Kostas, who has pruned here since 1981 #behindthescenes",
                "The day the conveyor belt gave up #behindthescenes #smallbusiness",
                "How we choose a cork #behindthescenes #craft",
                "Our laboratory is a kitchen table #behindthescenes #oliveoil",
                "Lunch break of the harvest crew 🥖 #behindthescenes #harvest",
                "We read your comments to the trees #behindthescenes #funny",
                "Cleaning the tanks, the part nobody films #behindthescenes",
                "From sketch to label in one take #behindthescenes #design",
                "The invoice of a very small business #smallbusiness #behindthescenes",
                "Dog of the mill, day 214 🐕 #behindthescenes #dogs",
                "A pallet for Berlin leaves at dawn #smallbusiness #behindthescenes",
                "What 'extra virgin' has to pass #behindthescenes #oliveoil",
            ),
        ),
        Topic(
            name="Duets",
            match=("#duet", "#stitch"),
            reach=1.05,
            likes=0.054,
            comments=0.0058,
            shares=0.0078,
            saves=0.0040,
            completion=0.85,
            follows=1.1,
            clicks=0.6,
            captions=(
                "A chef said never fry in olive oil. Well #duet #cooking #oliveoil",
                "Rating your pantry oils, kindly #stitch #oliveoil",
                "Answering: can you drink it? #duet #oliveoil",
                "An Italian grandmother judges our label 😅 #duet #funny",
                "Guess the oil with closed eyes #duet #challenge",
                "Stop putting it in the fridge #stitch #oliveoil #tips",
                "Your toast, our oil, one verdict #duet #foodtok",
                "Reacting to the cheapest bottle of the shop #stitch #oliveoil",
                "Two mills, one olive, who wins? #duet #challenge",
                "A sommelier tries a spoonful #duet #tasting",
                "Is green better than gold? #stitch #oliveoil #tips",
                "Recreating a Roman salad from 160 BC #duet #history",
            ),
        ),
        Topic(
            name="Product",
            match=("#newin", "#shop"),
            reach=0.6,
            likes=0.033,
            comments=0.0022,
            shares=0.0024,
            saves=0.0060,
            completion=0.9,
            follows=0.6,
            clicks=2.2,
            captions=(
                "The new tin is here, and it pours #newin #oliveoil",
                "Three sizes, one harvest #shop #oliveoil",
                "Lemon oil is back for six weeks 🍋 #newin #shop",
                "The gift box, opened slowly #shop #unboxing",
                "Refill your bottle, keep the cork #shop #zerowaste",
                "Olives in brine, finally by post #newin #shop",
                "Free shipping while the ferry runs #shop #greece",
                "Soap from the last press #newin #shop #handmade",
                "Chef's five litres, for serious kitchens #shop #cooking",
                "A tasting set for two #newin #shop #tasting",
                "The label changed, the oil did not #shop #oliveoil",
                "Winter bundle, wrapped in our own paper 🎁 #shop #gifts",
            ),
        ),
    )
}

LAUNCH_CAPTION = (
    "Early harvest 2.0: our greenest oil ever is out today 🫒 #newin #shop #launch"
)
VIRAL_CAPTION = "The 90-cent pasta that broke our phones 🍝 #recipe #oliveoil #foodtok"
FRESH_CAPTION = (
    "How to make garlic oil without bitterness, in one pan 🧄 #recipe #cooking"
)
