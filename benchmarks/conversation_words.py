"""What the people of benchmarks/conversations.py talk about: tables only, written for this project.

A topic's statements, prompts, answers and questions say the same in different words, so that a question shares
few words with its evidence. {v} is the value, {old} an earlier one, {name} the person who is asked about.
"""

from dataclasses import dataclass

NAMES = (
    *("Amara", "Bruno", "Celia", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas"),
    *("Keiko", "Lorenzo", "Maren", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Stefan", "Tova"),
)
RELATIVES = (
    "sister",
    "brother",
    "cousin",
    "aunt",
    "uncle",
    "nephew",
    "flatmate",
    "old school friend",
)
RELATIVE_NAMES = (
    *("Lena", "Marek", "Sanna", "Tobias", "Yusuf", "Paula", "Ivo", "Mila", "Anton", "Ruth"),
    *("Felix", "Noor", "Clara", "Emil", "Dana", "Silas", "Vera", "Kamil", "Judith", "Matteo"),
)


@dataclass(frozen=True)
class Topic:
    values: tuple[str, ...]
    details: tuple[str, ...]
    """Of the value: said together with it, and only there."""
    said: tuple[str, ...]
    """By the person, complete in itself."""
    prompts: tuple[str, ...]
    """By the other, just before one of `answers`, which says less by itself."""
    answers: tuple[str, ...]
    mentions: tuple[str, ...]
    """In other sessions: the value again, and nothing new about it."""
    questions: tuple[str, ...]
    """For the value."""
    detail_questions: tuple[str, ...]
    chatter: tuple[str, ...]
    """About the same subject, and no fact."""
    changed: tuple[str, ...] = ()
    """Later: the value is another now."""
    now: tuple[str, ...] = ()
    """Questions for the value as it is after the change."""
    before: tuple[str, ...] = ()
    """Questions for the value as it was."""


@dataclass(frozen=True)
class Happening:
    """Something that took place once."""

    values: tuple[str, ...]
    said: tuple[str, ...]
    when: tuple[str, ...]
    """Questions for its time."""
    named: str
    """In "which came first, … or …": a noun phrase with {name} and {v}."""


TOPICS = (
    Topic(
        values=(
            "beagle",
            "greyhound",
            "tortoise",
            "parrot",
            "ferret",
            "dachshund",
            "rabbit",
            "gecko",
        ),
        details=("Biscuit", "Pepper", "Captain", "Mango", "Duchess", "Noodle", "Pickle", "Waffle"),
        said=(
            "we adopted a {v} from the shelter, her name is {w} and the flat is chaos",
            "there is a new pet at home, a {v} that we called {w}, asleep on my feet right now",
        ),
        prompts=(
            "Did you adopt a pet at the shelter in the end?",
            "So who is the new housemate from the animal shelter?",
        ),
        answers=(
            "A {v}! She listens to {w}, sometimes.",
            "Well, it became a {v}, and we named it {w}.",
        ),
        mentions=("The {v} ate one of my slippers.", "I have to hurry, the {v} wants its dinner."),
        questions=(
            "What kind of pet does {name} have?",
            "Which animal did {name} adopt?",
            "What sort of creature shares a home with {name}?",
        ),
        detail_questions=("What is the name of {name}'s {v}?", "What did {name} call the {v}?"),
        chatter=(
            "Animals make every home warmer, don't they?",
            "My neighbour's puppy barks at the postman every single morning.",
            "The vet bills people pay for a pet these days are unbelievable.",
            "I keep watching clips of otters instead of working.",
            "A stray cat adopted my balcony for an afternoon.",
        ),
    ),
    Topic(
        values=("cello", "accordion", "trumpet", "harp", "oboe", "banjo", "clarinet", "ukulele"),
        details=(
            "a retired sailor",
            "a very strict nun",
            "her twin brother's wife",
            "a street musician",
            "an old rock star",
            "the organist",
            "a student from Seoul",
            "the woman next door",
        ),
        said=(
            "I started to learn the {v}, {w} gives me a lesson every Thursday",
            "since last month I play the {v}, taught by {w}, and my fingers hurt",
        ),
        prompts=(
            "Are you still going to learn an instrument one day?",
            "Which music lessons did you take in the end?",
        ),
        answers=("The {v}! My teacher is {w}.", "It is the {v}, with {w} as a teacher."),
        mentions=(
            "I practised the {v} until the neighbours knocked.",
            "My {v} needs new parts and they cost a fortune.",
        ),
        questions=(
            "Which instrument is {name} learning?",
            "What does {name} play?",
            "On what does {name} make music?",
        ),
        detail_questions=(
            "Who teaches {name} the {v}?",
            "From whom does {name} get lessons on the {v}?",
        ),
        chatter=(
            "That concert on the radio last night gave me goosebumps.",
            "I cannot hold a tune to save my life.",
            "Somebody downstairs plays the same song over and over.",
            "Live music is what I missed most.",
            "My old music teacher had a terrible temper.",
        ),
    ),
    Topic(
        values=(
            "Porto",
            "Ghent",
            "Tallinn",
            "Bergen",
            "Graz",
            "Bologna",
            "Utrecht",
            "Gdansk",
            "Malmö",
            "Leipzig",
        ),
        details=(
            "above a tailor's shop",
            "opposite the fire station",
            "in a former school",
            "beside the canal lock",
            "on the ninth floor",
            "behind the cathedral",
            "in a converted mill",
            "next to the tram depot",
        ),
        said=(
            "we found a flat in {v}, {w}, and the boxes are unpacked at last",
            "so I live in {v} now, {w}, with a view of the river",
        ),
        prompts=(
            "And where do you live after all that searching for a flat?",
            "Which town are you moving to in the end?",
        ),
        answers=("It is {v}! The place is {w}.", "{v}, {w}, and I do not regret it for a second."),
        mentions=(
            "Nothing in {v} opens before ten.",
            "You have to visit {v} when the market is on.",
        ),
        questions=(
            "In which city does {name} live?",
            "Where has {name} moved to?",
            "What is {name}'s home town now?",
        ),
        detail_questions=(
            "Where in {v} is {name}'s flat?",
            "How is {name}'s home in {v} situated?",
        ),
        chatter=(
            "Rents are ridiculous wherever you look for a flat.",
            "I spent the afternoon comparing neighbourhoods on a map of the city, just for fun.",
            "Moving house is worse than any exam.",
            "I do like to live in a quiet street with old trees.",
        ),
        changed=(
            "so it is decided, we are leaving {old} and moving: the new flat is in {v}",
            "goodbye {old}, this week we move to {v}",
        ),
        now=("Where is {name} living these days?", "Which city did {name} most recently move to?"),
        before=("Where did {name} live before the last move?", "Which town did {name} leave?"),
    ),
    Topic(
        values=(
            "a bakery",
            "a shipyard",
            "a children's hospital",
            "a bicycle workshop",
            "an observatory",
            "a law firm",
            "a vineyard",
            "a print shop",
        ),
        details=(
            "night watchman",
            "head of purchasing",
            "apprentice",
            "interpreter",
            "accountant",
            "tour guide",
            "safety inspector",
            "press officer",
        ),
        said=(
            "I got the job at {v}, they hired me as {w} and the colleagues are wonderful",
            "my first week of work as {w} at {v} is behind me",
        ),
        prompts=(
            "Any news from all those job interviews?",
            "Did you find work, who made the best offer?",
        ),
        answers=("Yes, {v} hired me as {w}!", "I said yes to {v}, I will be {w} there."),
        mentions=("They have a party at {v} on Friday.", "The coffee at {v} tastes of cardboard."),
        questions=(
            "Where does {name} work?",
            "Who is {name}'s employer?",
            "What kind of place did {name} get a job at?",
        ),
        detail_questions=(
            "What position does {name} have at {v}?",
            "As what was {name} hired by {v}?",
        ),
        chatter=(
            "Meetings that could have been a letter, the whole day at work.",
            "The commute is the part of my job that I would abolish first.",
            "My boss discovered spreadsheets and there is no way back.",
            "Three deadlines in one week, who plans these things?",
        ),
        changed=(
            "I handed in my notice, {old} was not for me any more, and {v} has hired me",
            "big change at work: no more {old}, my new job is at {v}",
        ),
        now=("Who does {name} work for at the moment?", "What is {name}'s latest job?"),
        before=(
            "What was {name}'s previous job?",
            "Whom did {name} work for before changing jobs?",
        ),
    ),
    Topic(
        values=(
            "peanuts",
            "shellfish",
            "strawberries",
            "penicillin",
            "cat hair",
            "celery",
            "wasp stings",
            "sesame",
        ),
        details=(
            "at a wedding",
            "on a ferry",
            "during an interview",
            "in the dentist's chair",
            "on a first date",
            "at my own birthday",
            "in the opera",
            "on a school trip",
        ),
        said=(
            "the doctor was clear, I am allergic to {v}: my face became a balloon {w}",
            "please remember my allergy, {v} sent me to the emergency room, it happened {w}",
        ),
        prompts=(
            "What did the allergy tests at the clinic say?",
            "Did the doctor find out why your skin reacted?",
        ),
        answers=("It is {v}, it all began {w}.", "They blame {v}, that time {w} was no accident."),
        mentions=(
            "Even the smell of {v} makes me nervous.",
            "The waiter swore there was no trace of {v}.",
        ),
        questions=(
            "What is {name} allergic to?",
            "What does {name} have to avoid for health reasons?",
            "Which allergy was found in {name}?",
        ),
        detail_questions=(
            "Where was {name} when the reaction to {v} happened?",
            "On what occasion did {v} make {name} ill?",
        ),
        chatter=(
            "I sneezed through half of the film, it must be an allergy.",
            "Waiting rooms make me more ill than I was.",
            "They say sleep heals everything, if only I could get some.",
            "I bought vitamins again, as if the doctor had asked me to.",
        ),
    ),
    Topic(
        values=(
            "pottery",
            "fencing",
            "beekeeping",
            "bouldering",
            "calligraphy",
            "rowing",
            "birdwatching",
            "chess",
        ),
        details=(
            "my dentist",
            "a former colleague",
            "a poster in the lift",
            "a radio programme",
            "my physiotherapist",
            "a lost bet",
            "the librarian",
            "a holiday romance",
        ),
        said=(
            "I have a new hobby, {v}, and it was {w} that got me into it",
            "every Saturday belongs to {v} now, thanks to {w} I am hooked on this hobby",
        ),
        prompts=(
            "What do you do with your free evenings now, a new hobby?",
            "Did that trial class turn into a hobby?",
        ),
        answers=(
            "Completely, {v} it is, and {w} is to blame.",
            "I am into {v}, it started with {w}.",
        ),
        mentions=(
            "My back hurts from {v}, but in a good way.",
            "There is a beginners' day for {v}, you should come.",
        ),
        questions=(
            "What hobby has {name} taken up?",
            "How does {name} like to spend leisure time?",
            "What pastime is {name} hooked on?",
        ),
        detail_questions=("How did {name} get into {v}?", "Who or what led {name} to {v}?"),
        chatter=(
            "Weekends should have three days.",
            "I mostly lay on the carpet and looked at the ceiling, it was great.",
            "Everybody seems to have a hobby except me.",
            "The club down the road is looking for members, they have cake.",
        ),
        changed=("I gave up {old}, my back complained, and my hobby is {v} now",),
        now=("Which hobby does {name} pursue at present?",),
        before=("Which hobby did {name} give up?",),
    ),
    Topic(
        values=(
            "lentil stew",
            "mushroom risotto",
            "pierogi",
            "laksa",
            "moussaka",
            "shakshuka",
            "gumbo",
            "ceviche",
        ),
        details=(
            "burnt butter",
            "far too much garlic",
            "a spoon of honey",
            "pickled lemons",
            "smoked salt",
            "a glass of beer",
            "roasted walnuts",
            "fresh dill",
        ),
        said=(
            "nothing comforts me like {v}, my favourite, always with {w}",
            "on my birthday I asked for my favourite dish again, {v} with {w}",
        ),
        prompts=(
            "What is your favourite dish, so that I can cook it?",
            "If you had one meal left, which food would it be?",
        ),
        answers=("{v}, no contest, but with {w}.", "You know me, {v}, and do not forget {w}."),
        mentions=("I had {v} two days in a row.", "They put {v} on the menu of the canteen."),
        questions=(
            "What is {name}'s favourite dish?",
            "Which food does {name} love most?",
            "What could one cook to please {name}?",
        ),
        detail_questions=(
            "What has to go into {name}'s {v}?",
            "With what does {name} like to eat {v}?",
        ),
        chatter=(
            "I burnt the toast again while answering the phone.",
            "That new place by the station serves enormous dishes.",
            "Cooking for one is somehow more work than for six.",
            "I forgot the salt and nobody dared to say so.",
        ),
    ),
    Topic(
        values=(
            "Icelandic",
            "Swahili",
            "Korean",
            "Greek",
            "Welsh",
            "Portuguese",
            "Finnish",
            "Arabic",
        ),
        details=(
            "to read old letters",
            "for a wedding speech",
            "because of a television series",
            "to understand the songs",
            "for a bet",
            "to surprise the in-laws",
            "because of a pen friend",
            "for a sea voyage",
        ),
        said=(
            "I am learning {v}, {w}, twenty new words a day",
            "I joined a language course, {v}, {w}, and can order coffee already",
        ),
        prompts=(
            "Which language course did you take at the evening school?",
            "What are you learning with all those flash cards?",
        ),
        answers=("They are for {v}, I do it {w}.", "It is {v}, {w}, the grammar is a jungle."),
        mentions=(
            "I dreamt in {v} last night, badly.",
            "Somebody spoke {v} in the tram and I understood nothing.",
        ),
        questions=(
            "Which language is {name} learning?",
            "What tongue is {name} trying to pick up?",
            "What does {name} practise vocabulary for?",
        ),
        detail_questions=(
            "Why does {name} learn {v}?",
            "For what reason did {name} begin with {v}?",
        ),
        chatter=(
            "I understood a whole joke in another language today and laughed too late.",
            "Dictionaries are underrated bedtime reading.",
            "My accent makes every waiter answer in English.",
            "Translating menus should be an Olympic sport.",
        ),
    ),
    Topic(
        values=(
            "electric bicycle",
            "camper van",
            "sailing boat",
            "cargo bike",
            "scooter",
            "pickup truck",
            "motorcycle",
            "kayak",
        ),
        details=(
            "a retired nun",
            "an online auction",
            "my former boss",
            "the lost property office",
            "a circus",
            "a film crew",
            "the next village",
            "a farmer",
        ),
        said=(
            "I bought this {v} from {w}, all my savings are gone and I regret nothing",
            "the {v} is mine now, I bought it and {w} threw in a second key",
        ),
        prompts=(
            "Did you buy something to get around with?",
            "What is that vehicle in front of your house?",
        ),
        answers=(
            "That is my {v}! I got it from {w}.",
            "A {v}, from {w}, I could not resist the price.",
        ),
        mentions=("The {v} would not start this morning.", "I washed the {v} and then it rained."),
        questions=(
            "What vehicle did {name} buy?",
            "What does {name} get around in?",
            "On which means of transport did {name} spend money?",
        ),
        detail_questions=("From whom did {name} get the {v}?", "Who sold {name} the {v}?"),
        chatter=(
            "The bus was late, then two came at once.",
            "Somebody parked across three spaces again.",
            "I would never buy a car, petrol prices, I will say no more.",
            "I walked the whole way and felt like a hero.",
        ),
        changed=("the {old} broke down for good, so I sold what was left of it and bought a {v}",),
        now=("What vehicle does {name} use since the old one broke down?",),
        before=("What vehicle did {name} own earlier, before it broke down?",),
    ),
    Topic(
        values=(
            "a novel about a lighthouse",
            "a cookbook of island recipes",
            "a history of maps",
            "poems about trains",
            "a guide to mosses",
            "a detective story in Venice",
        ),
        details=(
            "in the bathtub",
            "at the laundrette",
            "in a monastery",
            "on the night train",
            "in the shed",
            "at the swimming pool",
            "in the attic",
            "at the airport",
        ),
        said=(
            "I am writing a book, {v}, and I do it {w}",
            "two hundred pages are written, it is going to be {v}, most of it typed {w}",
        ),
        prompts=("What are you writing all night?", "Is the book about what I think it is?"),
        answers=("It will be {v}, I write {w}.", "You guessed it, {v}, written {w}."),
        mentions=("Nobody will publish {v}, I fear.", "My mother thinks that {v} is about her."),
        questions=(
            "What is {name} writing?",
            "What is the subject of the book {name} is working on?",
            "Which literary project keeps {name} busy?",
        ),
        detail_questions=(
            "Where does {name} work on {v}?",
            "In what place is {v} by {name} being written?",
        ),
        chatter=(
            "I bought three books and read none of them.",
            "The library finally fixed its heating.",
            "Audiobooks count as reading, I will die on that hill.",
            "I always peek at the last page, sorry.",
        ),
    ),
    Topic(
        values=(
            "a torn ligament",
            "a broken wrist",
            "a slipped disc",
            "migraines",
            "pneumonia",
            "a concussion",
            "kidney stones",
            "shingles",
        ),
        details=(
            "six weeks",
            "ten days",
            "until the spring",
            "a whole month",
            "two weekends",
            "until my birthday",
            "three weeks",
            "all summer",
        ),
        said=(
            "I was in hospital because of {v}, the soup was terrible, and I have to rest for {w}",
            "the diagnosis is {v}, no sport and no lifting: {w} of rest",
        ),
        prompts=(
            "What did the surgeon at the hospital tell you?",
            "Why are you at home, are you ill?",
        ),
        answers=(
            "It is {v}, I have to be patient: {w}.",
            "{v}. I was told not to lift anything, {w}.",
        ),
        mentions=(
            "With {v} you learn to sleep on your back.",
            "I read too much about {v}, never do that.",
        ),
        questions=(
            "What health problem did {name} suffer from?",
            "What put {name} in hospital?",
            "Which diagnosis did {name} get?",
        ),
        detail_questions=(
            "How long does {name} have to rest because of {v}?",
            "For what time did {v} keep {name} from work?",
        ),
        chatter=(
            "Everyone around me is coughing.",
            "I should stretch more, I know, I know.",
            "The pharmacist recognises me by now.",
            "My watch tells me that I slept badly, thanks.",
            "The hospital car park is a scandal.",
        ),
    ),
    Topic(
        values=(
            "tidal energy",
            "medieval law",
            "soil bacteria",
            "sign languages",
            "volcanoes",
            "bridge design",
            "glaciers",
            "opera",
        ),
        details=(
            "in Coimbra",
            "in Uppsala",
            "in Heidelberg",
            "in Salamanca",
            "in Leuven",
            "in Kraków",
            "in Aberdeen",
            "in Padua",
        ),
        said=(
            "my thesis on {v} is handed in, the university {w} has it now",
            "I study {v} {w}, the university gave me a place",
        ),
        prompts=("What did you decide to study?", "Remind me, what is your degree in?"),
        answers=(
            "{v}! I am enrolled {w}.",
            "It is all about {v}, I could talk for hours, and it is {w}.",
        ),
        mentions=(
            "There was a programme about {v} on television.",
            "I explained {v} to a taxi driver.",
        ),
        questions=(
            "What did {name} study?",
            "What is {name}'s field of research?",
            "Which academic subject does {name} know well?",
        ),
        detail_questions=(
            "At which university does {name} study {v}?",
            "In what town did {name} go to university for {v}?",
        ),
        chatter=(
            "The lecture hall of the university was so cold that we wrote with gloves.",
            "Somebody fell asleep in the seminar and snored.",
            "I dream about missing exams to this day.",
            "The canteen had only beetroot left.",
        ),
    ),
    Topic(
        values=(
            "an animal rescue line",
            "a soup kitchen",
            "the mountain rescue",
            "a repair café",
            "a literacy class",
            "the volunteer fire brigade",
            "a beach clean-up",
            "a hospice",
        ),
        details=(
            "Mondays",
            "Tuesdays",
            "Wednesdays",
            "Thursdays",
            "Fridays",
            "Sundays",
            "bank holidays",
            "Saturdays",
        ),
        said=(
            "I volunteer for {v} on {w}, it puts my own worries into proportion",
            "on {w} I help at {v} without pay, and it is the best part of the week",
        ),
        prompts=("Where do you vanish to every week?", "Did you find somewhere to volunteer?"),
        answers=(
            "I joined {v}, on {w}. They needed hands.",
            "Yes, {v} took me at once, I go there on {w}.",
        ),
        mentions=(
            "They collected money for {v} at the station.",
            "Somebody from {v} was in the newspaper.",
        ),
        questions=(
            "Where does {name} volunteer?",
            "Which good cause does {name} help?",
            "What charity work does {name} do?",
        ),
        detail_questions=(
            "On which day does {name} help at {v}?",
            "When in the week does {name} go to {v}?",
        ),
        chatter=(
            "People are kinder than the news makes us believe.",
            "I gave away two bags of clothes to charity and feel lighter.",
            "There was a raffle and I won a cactus.",
            "Small things help, my grandfather used to say.",
        ),
    ),
    Topic(
        values=(
            "emerald green",
            "terracotta",
            "midnight blue",
            "lemon yellow",
            "dusty pink",
            "charcoal",
            "lavender",
            "turquoise",
        ),
        details=(
            "the bedroom",
            "the hallway",
            "the kitchen",
            "the study",
            "the bathroom",
            "the nursery",
            "the staircase",
            "the pantry",
        ),
        said=(
            "I painted {w} on the bank holiday, the colour is {v}",
            "four tins of {v} later I can say that {w} is painted",
        ),
        prompts=("Which colour did you take for the walls?", "How did the painting go?"),
        answers=(
            "It became {v}, very bold, all of {w}.",
            "Went for {v} in {w}, my hair matches it now.",
        ),
        mentions=(
            "I still have {v} under my fingernails.",
            "The whole town seems to wear {v} this year.",
        ),
        questions=(
            "What colour did {name} paint the walls?",
            "How are the walls at {name}'s place coloured?",
            "Which tint did {name} choose when decorating?",
        ),
        detail_questions=("Which room did {name} paint {v}?", "What is {v} in {name}'s home?"),
        chatter=(
            "My shelf hangs at an angle, I call it modern.",
            "The hardware store is a dangerous place for my wallet.",
            "I found a coin from 1974 under the floorboards.",
            "Curtains in a decent colour are more expensive than they look.",
        ),
    ),
    Topic(
        values=(
            "the northern lights",
            "the pyramids",
            "a total eclipse",
            "whales off the Azores",
            "cherry trees in bloom",
            "the Trans-Siberian railway",
            "Patagonia",
            "the salt flats",
        ),
        details=(
            "a jam jar",
            "a tax refund",
            "overtime",
            "an old coin collection",
            "my inheritance",
            "selling cakes",
            "a lottery syndicate",
            "Sunday shifts",
        ),
        said=(
            "one day I want to see {v}, it is my dream, and {w} will pay for it",
            "my dream journey is {v}, I am saving for it with {w}",
        ),
        prompts=(
            "What is still on your list of dreams?",
            "Where would you travel if money did not matter?",
        ),
        answers=(
            "{v}, without a doubt, {w} is my plan.",
            "I dream of {v} since school, and save with {w}.",
        ),
        mentions=(
            "There was a calendar with {v} in the shop.",
            "A friend sent me a postcard of {v}.",
        ),
        questions=(
            "What does {name} dream of seeing one day?",
            "Which journey is {name} saving for?",
            "What is at the top of {name}'s bucket list?",
        ),
        detail_questions=(
            "How does {name} want to pay for {v}?",
            "With what does {name} save for {v}?",
        ),
        chatter=(
            "Airports bring out the worst in me.",
            "I packed for every weather on my last journey and it rained anyway.",
            "Postcards should come back into fashion.",
            "My passport photo looks like a warning.",
        ),
    ),
)

HAPPENINGS = (
    Happening(
        ("half marathon", "relay race", "triathlon", "charity swim"),
        (
            "I crossed the line of the {v} {ago}, I could not feel my legs",
            "{ago} I finished my first {v} and cried at the end",
        ),
        ("When did {name} complete the {v}?", "On what date did {name} take part in the {v}?"),
        "{name}'s {v}",
    ),
    Happening(
        ("pottery exhibition", "film festival", "jazz weekend", "book fair"),
        (
            "{ago} I dragged everybody to the {v}, my feet still complain",
            "the {v} {ago} was packed, we queued for an hour",
        ),
        ("When did {name} go to the {v}?", "How long ago did {name} visit the {v}?"),
        "{name}'s visit to the {v}",
    ),
    Happening(
        ("driving test", "bar exam", "first-aid certificate", "sailing licence"),
        (
            "the letter came {ago}: the {v} is in the bag",
            "{ago} I passed, the {v} is done, never again",
        ),
        ("When did {name} obtain the {v}?", "At what point did {name} pass the {v}?"),
        "{name} passing the {v}",
    ),
    Happening(
        ("wallet", "wedding ring", "laptop", "house keys"),
        (
            "{ago} my {v} vanished on the tram and nobody handed it in",
            "I lost my {v} {ago}, I turned the whole flat upside down",
        ),
        ("When did {name}'s {v} go missing?", "On which day did {name} lose the {v}?"),
        "the loss of {name}'s {v}",
    ),
    Happening(
        ("burst pipe", "power cut", "kitchen fire", "break-in"),
        (
            "we had a {v} {ago}, the neighbours came running in pyjamas",
            "{ago} a {v} woke the whole house, what a night",
        ),
        ("When was the {v} at {name}'s home?", "On what night did {name} have the {v}?"),
        "the {v} at {name}'s home",
    ),
    Happening(
        ("camping trip", "ferry crossing", "ski holiday", "canal cruise"),
        (
            "we came back from the {v} {ago}, everything smells of smoke and salt",
            "{ago} we were off on the {v}, three days without a telephone",
        ),
        ("When did {name} go on the {v}?", "Around what time did {name} take the {v}?"),
        "{name}'s {v}",
    ),
)
AGO = (
    "yesterday",
    "last Tuesday",
    "on Saturday",
    "last weekend",
    "two days ago",
    "the day before yesterday",
    "on Sunday",
)

VENTURES = (
    "a tea room",
    "a language school",
    "a record shop",
    "a yoga studio",
    "a toy museum",
    "a seed nursery",
    "a cinema",
    "a cheese stall",
)
VENTURE_PLACES = (
    "Lisbon",
    "Aarhus",
    "Split",
    "Brno",
    "Nantes",
    "Turku",
    "Cádiz",
    "Riga",
    "Trieste",
    "Galway",
)
MOVED = (
    "my {relative} {other} has moved to {v}, I miss our Sunday walks",
    "{other}, my {relative}, left for {v} with two suitcases and a fern",
)
OPENED = (
    "guess what, {other} opened {v}, the whole family is coming to the first day",
    "{other} has done it and runs {v} now, on borrowed chairs",
)
CHAINED = (
    "In which city is the place that {name}'s {relative} runs?",
    "Where can one visit {w_short} of {name}'s {relative}?",
    "To what town would one travel to see the business of {name}'s {relative}?",
)

OPENINGS = (
    *(
        "Honestly,",
        "You know what?",
        "By the way,",
        "Listen,",
        "Oh, before I forget:",
        "Right,",
        "Guess what,",
    ),
    *(
        "So,",
        "Funny story:",
        "I have to tell you,",
        "Between us,",
        "Small update:",
        "Well,",
        "Finally some news:",
    ),
)
CLOSINGS = (
    *(
        "How about you?",
        "I still cannot believe it.",
        "More about it when we meet.",
        "Enough about me.",
    ),
    *("Anyway, the kettle is calling.", "You would have laughed.", "I hope that makes sense.", ""),
    *("It was about time.", "Do not tell my mother.", "What do you think?", "", "", ""),
)
SMALL_TALK = (
    "The {weather} has not stopped since {day}, I gave up on my hair.",
    "I saw {thing} in the window of {shop} and thought of you.",
    "Somebody at {shop} was humming the same tune as my {relative}.",
    "Do you remember {thing} we found at {shop}? It fell apart on {day}.",
    "My {relative} called on {day} and talked about {subject} for an hour.",
    "I read an article about {subject} and half of it was wrong.",
    "There was {weather} on {day} and the whole street smelt of {smell}.",
    "I am trying to drink less {drink}, day two, wish me luck.",
    "The queue at {shop} on {day} went around the corner.",
    "We argued about {subject} until the {drink} was cold.",
    "They are tearing down {shop}, it has been there for ever.",
    "My phone died in the middle of a call about {subject}.",
    "I baked something with {smell} and the smoke alarm joined in.",
    "On {day} I did nothing at all and it was glorious.",
    "A child on the tram explained {subject} to me, better than any teacher.",
    "I owe you {thing}, I have not forgotten.",
    "Is it just me, or is everybody talking about {subject} lately?",
    "The {weather} ruined the picnic, so we ate it under the stairs.",
    "Your last message made me snort {drink} through my nose.",
    "I put {thing} on the shelf and the cat disapproves.",
    "Somebody left {thing} in front of my door, no note.",
    "I dreamt that {shop} had been turned into a swimming pool.",
    "What do you make of all this {weather}?",
    "I promised my {relative} to look after {thing} until {day}.",
)
SLOTS = {
    "weather": ("drizzle", "sleet", "fog", "heat", "hail", "wind", "frost", "sunshine", "snow"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "thing": (
        *(
            "a brass lamp",
            "a chipped teapot",
            "a wooden duck",
            "an atlas",
            "a velvet cushion",
            "a typewriter",
        ),
        *(
            "a jar of buttons",
            "a paper kite",
            "a cracked mirror",
            "a music box",
            "a copper pan",
            "a deck of cards",
        ),
    ),
    "shop": (
        *(
            "the flea market",
            "the corner shop",
            "the bookshop",
            "the garden centre",
            "the post office",
        ),
        *(
            "the old cinema",
            "the chemist's",
            "the fish stall",
            "the swimming baths",
            "the barber's",
        ),
    ),
    "subject": (
        *(
            "pensions",
            "astrology",
            "the council elections",
            "sourdough",
            "football transfers",
            "old trams",
        ),
        *(
            "the price of butter",
            "knitting patterns",
            "recycling",
            "parking permits",
            "ghost stories",
        ),
        *("the school play", "crosswords", "compost", "train timetables", "the royal family"),
    ),
    "smell": (
        "cinnamon",
        "wet leaves",
        "fresh bread",
        "tar",
        "roses",
        "burnt sugar",
        "coffee",
        "cloves",
    ),
    "drink": ("tea", "coffee", "lemonade", "cocoa", "cider", "ginger ale"),
}
