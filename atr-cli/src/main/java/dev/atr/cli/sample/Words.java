package dev.atr.cli.sample;

import java.util.List;

/** Names, streets and places from which the sample is put together. */
final class Words {
    static final List<String> FEMALE = List.of(
            "Abigail",
            "Alice",
            "Amara",
            "Beatriz",
            "Camila",
            "Caroline",
            "Chloe",
            "Daniela",
            "Deborah",
            "Elena",
            "Emma",
            "Fatima",
            "Grace",
            "Hannah",
            "Ingrid",
            "Irene",
            "Jasmine",
            "Joyce",
            "Keiko",
            "Laura",
            "Leah",
            "Lucia",
            "Maeve",
            "Margaret",
            "Maria",
            "Mei",
            "Naomi",
            "Nora",
            "Olivia",
            "Priya",
            "Rachel",
            "Rosa",
            "Ruth",
            "Sarah",
            "Sofia",
            "Tamika",
            "Teresa",
            "Vivian",
            "Yasmin",
            "Zoe");

    static final List<String> MALE = List.of(
            "Aaron",
            "Ahmed",
            "Andre",
            "Anthony",
            "Benjamin",
            "Brian",
            "Carlos",
            "Charles",
            "Daniel",
            "David",
            "Diego",
            "Elijah",
            "Ethan",
            "Frank",
            "Gabriel",
            "George",
            "Hector",
            "Henry",
            "Isaac",
            "James",
            "Jamal",
            "Jose",
            "Kenji",
            "Kevin",
            "Liam",
            "Luis",
            "Marcus",
            "Martin",
            "Nathan",
            "Noah",
            "Omar",
            "Oscar",
            "Patrick",
            "Rafael",
            "Ravi",
            "Samuel",
            "Stephen",
            "Thomas",
            "Victor",
            "Wei");

    static final List<String> SURNAMES = List.of(
            "Adams",
            "Alvarez",
            "Anderson",
            "Bailey",
            "Baker",
            "Bennett",
            "Brooks",
            "Campbell",
            "Carter",
            "Castillo",
            "Chen",
            "Clark",
            "Collins",
            "Cruz",
            "Davis",
            "Diaz",
            "Edwards",
            "Evans",
            "Fisher",
            "Flores",
            "Foster",
            "Garcia",
            "Gomez",
            "Gray",
            "Green",
            "Gupta",
            "Hall",
            "Harris",
            "Hernandez",
            "Hill",
            "Howard",
            "Hughes",
            "Jackson",
            "Jenkins",
            "Johnson",
            "Kelly",
            "Khan",
            "Kim",
            "King",
            "Kowalski",
            "Lee",
            "Lewis",
            "Lopez",
            "Martinez",
            "Meyer",
            "Miller",
            "Mitchell",
            "Moore",
            "Morgan",
            "Murphy",
            "Nelson",
            "Nguyen",
            "O'Brien",
            "Ortiz",
            "Park",
            "Parker",
            "Patel",
            "Perez",
            "Phillips",
            "Price",
            "Ramirez",
            "Reed",
            "Reyes",
            "Richardson",
            "Rivera",
            "Roberts",
            "Robinson",
            "Rogers",
            "Ross",
            "Russo",
            "Sanchez",
            "Schmidt",
            "Scott",
            "Shah",
            "Silva",
            "Simmons",
            "Singh",
            "Stewart",
            "Sullivan",
            "Taylor",
            "Thompson",
            "Torres",
            "Turner",
            "Walker",
            "Ward",
            "Washington",
            "Watson",
            "White",
            "Williams",
            "Young");

    static final List<String> STREETS = List.of(
            "Maple Street",
            "Oak Avenue",
            "Cedar Lane",
            "Elm Street",
            "Lakeview Drive",
            "Hillcrest Road",
            "River Road",
            "Washington Street",
            "Church Street",
            "Park Avenue",
            "Meadow Lane",
            "Sycamore Court",
            "Franklin Avenue",
            "Highland Avenue",
            "Spring Street",
            "Mill Road",
            "Prospect Street",
            "Orchard Way");

    static final List<Place> PLACES = List.of(
            new Place("Columbus", "Franklin", "OH", "43215", "614"),
            new Place("Westerville", "Delaware", "OH", "43082", "614"),
            new Place("Cleveland", "Cuyahoga", "OH", "44113", "216"),
            new Place("Akron", "Summit", "OH", "44308", "330"),
            new Place("Toledo", "Lucas", "OH", "43604", "419"),
            new Place("Dayton", "Montgomery", "OH", "45402", "937"),
            new Place("Cincinnati", "Hamilton", "OH", "45202", "513"),
            new Place("Athens", "Athens", "OH", "45701", "740"),
            new Place("Fort Wayne", "Allen", "IN", "46802", "260"),
            new Place("Indianapolis", "Marion", "IN", "46204", "317"),
            new Place("Covington", "Kenton", "KY", "41011", "859"),
            new Place("Lexington", "Fayette", "KY", "40507", "859"),
            new Place("Ann Arbor", "Washtenaw", "MI", "48104", "734"),
            new Place("Detroit", "Wayne", "MI", "48226", "313"),
            new Place("Wheeling", "Ohio", "WV", "26003", "304"),
            new Place("Pittsburgh", "Allegheny", "PA", "15222", "412"));

    static final List<Plan> PLANS = List.of(
            new Plan("PPO-2500", "Cedar Valley Choice PPO 2500", "commppo", "Commercial PPO", "512", false),
            new Plan("PPO-1000", "Cedar Valley Choice PPO 1000", "commppo", "Commercial PPO", "512", false),
            new Plan("HMO-CORE", "Cedar Valley Core HMO", "commhmo", "Commercial HMO", "511", false),
            new Plan("POS-FLEX", "Cedar Valley Flex POS", "commpos", "Commercial POS", "513", false),
            new Plan("HDHP-4000", "Cedar Valley Saver HDHP 4000", "commhdhp", "Commercial HDHP", "512", false),
            new Plan("QHP-SLV", "Cedar Valley Silver", "qhp", "Qualified Health Plan", "511", false),
            new Plan("MCD-HMO", "Cedar Valley Community Care", "medihmo", "Medicaid HMO", "211", false),
            new Plan("MA-HMO", "Cedar Valley Advantage HMO", "mediadvhmo", "Medicare Advantage HMO", "111", true),
            new Plan("MA-PPO", "Cedar Valley Advantage", "mediadv", "Medicare Advantage", "112", true));

    /** Codes of the NUCC provider taxonomy. */
    static final List<Specialty> SPECIALTIES = List.of(
            new Specialty("207Q00000X", "Family Medicine Physician", "MD"),
            new Specialty("207R00000X", "Internal Medicine Physician", "MD"),
            new Specialty("208000000X", "Pediatrics Physician", "MD"),
            new Specialty("208D00000X", "General Practice Physician", "DO"),
            new Specialty("207RC0000X", "Cardiovascular Disease Physician", "MD"),
            new Specialty("363LF0000X", "Family Nurse Practitioner", "NP"));

    private Words() {}

    /**
     * A town.
     *
     * @param district the county
     * @param state two letters
     * @param areaCode of its telephone numbers
     */
    record Place(String city, String district, String state, String zip, String areaCode) {}

    /**
     * What a household is insured by.
     *
     * @param id plan identifier
     * @param product insurance product type of the Plan-Net guide
     * @param payment code of the Source of Payment Typology
     * @param forSeniors whether only one person of 65 or more years is insured by it
     */
    record Plan(String id, String name, String product, String productDisplay, String payment, boolean forSeniors) {}

    /** What a practitioner does; {@code title} is what stands behind the name. */
    record Specialty(String code, String display, String title) {}
}
