//! Words that English-speaking customers are made of. Lists whose entries differ in how common
//! they are begin with the most common.

/// Surnames.
pub const SURNAMES: &[&str] = &[
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel",
    "Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall",
    "Thomas", "Clarke", "Jackson", "Wood", "Harris", "Edwards", "Turner", "Martin", "Cooper",
    "Hill", "Ward", "Hughes", "Moore", "Clark", "King", "Harrison", "Lewis", "Baker", "Lee",
    "Patterson", "Allen", "Morris", "Khan", "Scott", "Watson", "Davis", "Parker", "James",
    "Bennett", "Young", "Phillips", "Richardson", "Mitchell", "Bailey", "Carter", "Cook",
    "Singh", "Shaw", "Bell", "Collins", "Morgan", "Kelly", "Begum", "Miller", "Cox", "Hussain",
    "Marshall", "Simpson", "Price", "Anderson", "Adams", "Wilkinson", "Foster", "Ellis",
    "Murphy", "Chapman", "Mason", "Gray", "Rogers", "Webb", "Hunt", "O'Brien", "Palmer",
    "Holmes", "Campbell", "Barnes", "Knight", "Lloyd", "Butler", "Russell", "Fisher", "Barker",
    "Stevens", "Jenkins", "Dixon", "Fletcher", "Nguyen", "García", "Müller", "Ó Súilleabháin",
];

/// Given names of women.
pub const WOMEN: &[&str] = &[
    "Olivia", "Emma", "Sarah", "Emily", "Laura", "Anna", "Jessica", "Charlotte", "Sophie", "Grace",
    "Amelia", "Lucy", "Hannah", "Megan", "Rachel", "Ruth", "Alice", "Chloe", "Ella", "Priya",
    "Helen", "Joanna", "Katherine", "Margaret", "Nora", "Zoë", "Imogen", "Fatima", "Beatrice",
];

/// Given names of men.
pub const MEN: &[&str] = &[
    "James", "David", "Daniel", "Thomas", "Michael", "Jack", "William", "Robert", "Andrew", "Peter",
    "Matthew", "Samuel", "Adam", "George", "Joseph", "Henry", "Oliver", "Edward", "Simon", "Liam",
    "Arjun", "Mohammed", "Oscar", "Patrick", "Victor", "Walter", "Hugh", "Sean", "Alastair",
];

/// Beginnings of made-up names of firms.
pub const STARTS: &[&str] = &[
    "Al", "Ar", "Bel", "Bren", "Cal", "Cor", "Dal", "Del", "Ed", "El", "Fal", "Fen", "Gal", "Gren",
    "Hal", "Har", "In", "Jor", "Kel", "Kin", "Lan", "Lor", "Mar", "Mer", "Nor", "Nov", "Or", "Os",
    "Pen", "Pol", "Quin", "Ral", "Ren", "Sal", "Sol", "Tal", "Tren", "Ul", "Val", "Ver", "Wal",
    "Wes", "Yar", "Zen",
];

/// Middles of them; a `-` stands for none.
pub const MIDDLES: &[&str] = &[
    "-", "a", "o", "e", "i", "ber", "da", "di", "fi", "go", "la", "le", "li", "ma", "mi", "na",
    "ni", "ra", "ri", "ro", "sa", "ta", "ti", "ve", "vi",
];

/// Ends of them.
pub const ENDS: &[&str] = &[
    "ton", "ford", "field", "mark", "tek", "dyne", "co", "ra", "via", "nix", "lux", "gate", "wood",
    "well", "more", "land", "port", "bridge", "stone", "worth", "by", "den", "quest", "sys",
    "metric", "form", "line", "path", "wick", "mont",
];

/// Plain words firms call themselves by.
pub const WORDS: &[&str] = &[
    "Summit", "Harbour", "Meridian", "Beacon", "Cedar", "Granite", "Falcon", "Northern", "Silver",
    "Atlas", "Pioneer", "Kestrel", "Orchard", "Anchor", "Willow", "Copper", "Sterling", "Horizon",
    "Juniper", "Lighthouse", "Maple", "Compass", "Crescent", "Evergreen", "Foundry", "Highland",
];

/// What a firm does, as it stands in its name, and the line of business it belongs to after `|`.
pub const TRADES: &[&str] = &[
    "Engineering|Engineering", "Technologies|Software", "Instruments|Instrumentation",
    "Logistics|Logistics", "Foods|Food and drink", "Consulting|Consulting", "Systems|Software",
    "Pharma|Pharmaceuticals", "Construction|Construction", "Materials|Materials",
    "Electronics|Electronics", "Packaging|Packaging", "Energy|Energy", "Laboratories|Laboratories",
    "Motors|Automotive", "Textiles|Textiles", "Chemicals|Chemicals", "Design|Design",
    "Security|Security", "Medical|Medical devices", "Partners|Consulting", "Aerospace|Aerospace",
    "Marine|Shipping", "Farms|Agriculture", "Water|Utilities", "Optics|Electronics",
    "Plastics|Plastics", "Media|Media", "Joinery|Furniture", "Testing|Laboratories",
];

/// How the name of a firm ends.
pub const ENDINGS: &[&str] =
    &["Ltd", "Ltd", "Inc.", "LLC", "Limited", "Group", "plc", "GmbH", "& Co.", "Pty Ltd", "Corp."];

/// Town, county or state, country; separated by `|`.
pub const CITIES: &[&str] = &[
    "London||United Kingdom", "Manchester|Greater Manchester|United Kingdom",
    "Birmingham|West Midlands|United Kingdom", "New York|NY|United States",
    "Leeds|West Yorkshire|United Kingdom", "Chicago|IL|United States", "Bristol||United Kingdom",
    "Boston|MA|United States", "Edinburgh||United Kingdom", "Houston|TX|United States",
    "Cambridge|Cambridgeshire|United Kingdom", "Seattle|WA|United States", "Dublin||Ireland",
    "Toronto|ON|Canada", "Sydney|NSW|Australia", "Melbourne|VIC|Australia", "Singapore||Singapore",
    "Denver|CO|United States", "Sheffield|South Yorkshire|United Kingdom",
    "Cardiff|South Glamorgan|United Kingdom", "Auckland||New Zealand", "Vancouver|BC|Canada",
    "Portland|OR|United States", "Reading|Berkshire|United Kingdom",
];

/// Streets.
pub const STREETS: &[&str] = &[
    "High Street", "Station Road", "Mill Lane", "Church Road", "Park Avenue", "Victoria Road",
    "Science Park", "Market Street", "Riverside Drive", "Kingsway", "Industrial Estate",
    "Main Street", "Oak Avenue", "Elm Street", "Harbour Way", "Queen Street",
];

/// Job titles.
pub const TITLES: &[&str] = &[
    "Purchasing Manager", "Managing Director", "Lab Manager", "Operations Manager",
    "Technical Director", "Quality Manager", "Buyer", "Production Manager", "Chief Engineer",
    "Finance Director", "Project Manager", "Head of Research", "Office Manager", "CEO",
    "Facilities Manager", "Senior Scientist",
];

/// Departments.
pub const DEPARTMENTS: &[&str] = &[
    "Purchasing", "Engineering", "Quality", "Research", "Production", "Finance", "Operations",
    "Laboratory",
];

/// What individuals do.
pub const JOBS: &[&str] = &[
    "Teacher", "Engineer", "Consultant", "Photographer", "Physician", "Self-employed", "Designer",
    "Architect", "Student", "Retired", "Researcher", "Electrician", "Writer", "Accountant",
];

/// Where customers come from.
pub const SOURCES: &[&str] = &[
    "Referral", "Website", "Trade fair", "Cold call", "Newsletter", "Search", "Partner", "LinkedIn",
    "Tender", "Webinar",
];

/// Tags.
pub const TAGS: &[&str] = &[
    "key account", "repeat buyer", "referral", "trade fair", "net 30", "EMEA", "price sensitive",
    "framework", "trial", "North America", "university", "export", "competitor user", "APAC",
    "public sector", "newsletter",
];

/// What is sold.
pub const PRODUCTS: &[&str] = &[
    "analytical balance", "gas chromatograph", "digital caliper", "climate chamber",
    "oscilloscope", "coordinate measuring machine", "viscometer", "hardness tester", "microscope",
    "centrifuge", "infrared thermometer", "flow meter", "pressure transmitter", "spectrometer",
    "pH meter", "calibration service",
];

/// Notes. `{p}` is what is sold, `{n}` a quantity, `{d}` days, `{w}` the person talked to.
pub const NOTES: &[&str] = &[
    "Talked through the quote for the {p}; {w} wants a better price and answers within {d} days.",
    "Sent a {p} on loan. {w} will report after two weeks.",
    "{w} says the budget is approved: {n} units of the {p}, contract next week.",
    "Visited the site. Their kit is old and a {p} would fit, but this year is tight.",
    "Signed contract is back. Ship within {d} days and copy the invoice to accounts.",
    "The {p} reads off. Service will be there within {d} days.",
    "Mailed the brochure and two references for the {p}; {w} passes them on to engineering.",
    "New buyer over there, we need to introduce the {p} again.",
    "Tender briefing: three years of warranty, delivery in {d} days, {n} units of the {p}.",
    "Follow-up call: the {p} runs fine, {w} would recommend us.",
    "Final payment is in.",
    "{w} is travelling, call again in {d} days.",
    "A competitor is ten per cent below us. Stress calibration and spare parts.",
    "Framework agreement ends soon. Prepare the renewal with {n} units of the {p}.",
    "They moved. Check the delivery address with {w} before anything leaves.",
    "Asked whether the {p} talks to their system; our engineer prepares a note.",
    "No answer three times, wrote instead.",
    "{w} needs the calibration certificate of the {p}; sent by e-mail.",
    "Met at the fair, interested in the {p}, card is filed.",
    "Lunch with {w}. Expansion planned next year, the {p} is on the list.",
];
