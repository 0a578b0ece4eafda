using System.Text;

namespace EmrSim.Core.Samples;

/// <summary>Composes what is said in an interview.</summary>
internal sealed class ChatText
{
    private const int OddityEvery = 40;
    private const int LongEvery = 50_000;
    private const int LongSentences = 120;

    private readonly StringBuilder _text = new();

    /// <summary>A question of the student's.</summary>
    internal string Question(ref SampleRandom random)
    {
        if (random.OneIn(OddityEvery)) return random.Of(Vocabulary.Oddities);
        _text.Clear().Append(random.Of(Vocabulary.Questions));
        for (int more = random.Below(3); more > 0; more--) _text.Append(' ').Append(random.Of(Vocabulary.Questions));
        if (random.OneIn(3)) _text.Append(" I mean the ").Append(random.Of(Vocabulary.Regions)).Append('.');
        return _text.ToString();
    }

    /// <summary>The simulated patient's answer.</summary>
    internal string Answer(ref SampleRandom random)
    {
        if (random.OneIn(OddityEvery)) return random.Of(Vocabulary.Oddities);
        int sentences = random.OneIn(LongEvery) ? LongSentences : 4 + random.Below(5);
        _text.Clear().Append(random.Of(Vocabulary.Openings));
        for (int i = 0; i < sentences; i++)
        {
            if (i > 0) _text.Append(' ');
            Sentence(ref random);
        }

        return _text.ToString();
    }

    private void Sentence(ref SampleRandom random)
    {
        switch (random.Below(5))
        {
            case 0:
                _text.Append("I have ").Append(random.Of(Vocabulary.Complaints)).Append(" in my ").Append(random.Of(Vocabulary.Regions)).Append(", ")
                    .Append(random.Of(Vocabulary.Moments)).Append('.');
                break;
            case 1:
                _text.Append("It has been like that ").Append(random.Of(Vocabulary.Durations)).Append(", maybe ").Append(1 + random.Below(10)).Append(" out of 10.");
                break;
            case 2:
                _text.Append("I take ").Append(random.Of(Vocabulary.Medicines)).Append("; ").Append(random.Of(Vocabulary.Effects)).Append('.');
                break;
            case 3:
                _text.Append("The ").Append(random.Of(Vocabulary.Regions)).Append(" is worst ").Append(random.Of(Vocabulary.Moments)).Append(", and ")
                    .Append(random.Of(Vocabulary.Feelings)).Append('.');
                break;
            default:
                _text.Append("At ").Append(random.Below(24)).Append(':').Append(10 + random.Below(50)).Append(" I woke up with ").Append(random.Of(Vocabulary.Complaints)).Append('.');
                break;
        }
    }
}
