namespace EmrSim.Core.Samples;

/// <summary>The words of which simulated interviews are made. No name of a person is among them.</summary>
internal static class Vocabulary
{
    internal static readonly string[] Regions =
        ["lower back", "left knee", "right shoulder", "neck", "right hip", "ankle", "wrist", "jaw", "chest wall", "forearm", "groin", "calf"];

    internal static readonly string[] Complaints =
        ["a dull ache", "a sharp pain", "some tingling", "numbness", "a burning feeling", "stiffness", "swelling", "a clicking noise", "weakness", "cramps"];

    internal static readonly string[] Moments =
        ["when I get up in the morning", "after I have been sitting for a while", "going down the stairs", "when I lift the shopping", "at night",
         "when I turn my head", "after about ten minutes of walking", "when it rains", "on the way to work", "as soon as I lie down"];

    internal static readonly string[] Durations =
        ["three days", "about two weeks", "six months or so", "since the spring", "ever since the fall", "a good year", "since yesterday", "on and off for years"];

    internal static readonly string[] Medicines =
        ["ibuprofen 400 mg", "paracetamol 1 g", "naproxen 250 mg", "metformin 850 mg", "ramipril 5 mg", "levothyroxine 75 µg", "a heat patch", "nothing at all"];

    internal static readonly string[] Effects =
        ["it helps for an hour", "it makes no difference", "it takes the edge off", "it makes me drowsy", "I forget to take it half the time", "it upset my stomach"];

    internal static readonly string[] Feelings =
        ["I'm worried it is something serious", "I just want to sleep through once", "I'd like to get back to running", "my work is suffering", "I try not to think about it",
         "it gets me down, to be honest", "my family says I should have come earlier"];

    internal static readonly string[] Questions =
        ["Can you show me with one finger where it hurts?", "How would you rate it from 0 to 10?", "Does it wake you up?", "What makes it better?",
         "Have you had anything like this before?", "Which medicines do you take?", "Is there any numbness or tingling?", "What do you do for work?",
         "Does it spread anywhere?", "Have you noticed any fever or weight loss?", "How does it affect your day?", "What are you hoping for from today's visit?"];

    internal static readonly string[] Openings =
        ["Well … ", "", "", "", "Hmm. ", "Let me think … ", "Good question. ", "It is hard to say. ", "Thank you for asking. ", "It started slowly. "];

    /// <summary>What chat text brings along that looks like something else, or is hard to carry. Each stands in some turns as it is.</summary>
    internal static readonly string[] Oddities =
    [
        "Schmerzen im Rücken, Stärke 7/10, seit ≥ 3 Wochen – näher zu klären.", "J’ai mal à la tête, surtout l’après‑midi.", "¿Dónde le duele más? ¡Aquí, señora!",
        "Ból pleców nasila się w nocy; żadnych leków.", "Боль отдаёт в левую ногу.", "背中が痛くて眠れません。", "膝盖肿了三天。", "무릎이 아파요.", "الألم أسوأ في الليل", "כאב בגב התחתון",
        "दर्द रात में बढ़ता है", "ปวดหลังมาสองสัปดาห์", "Sırtım ağrıyor, İğne yapıldı mı?", "🩺🤕 7/10 👩🏽‍⚕️", "e\u0301tude, n\u0303o, A\u030angstro\u0308m", "temp 38.4 °C, BP 128/82, SpO₂ 97 %",
        "first line\nsecond line\r\nthird line", "dose\t400 mg\tevery 8 h", "She said \"it's fine\" and it's not.", "\\N", "\\.", "NULL", "null", "2024-02-30", "1e400", "007", "-0",
        "{\"pain\": 7, \"site\": \"L5/S1\"}", "[1, 2, 3", "'; DROP TABLE turns; --", "  two spaces before and after  ", "<b>not markup</b> & so on", "100 % sure, %s %d {0}", "C:\\notes\\visit.txt", "",
    ];
}
