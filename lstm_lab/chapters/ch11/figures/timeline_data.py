"""The entries of chapter 11's timeline: what happened, on whose word, and what that word does not carry.

Every key stands in `references.bib`; a test compares the years. A claim says no more than its source.
"""

from __future__ import annotations

from dataclasses import dataclass

STRANDS = (
    "research",
    "products",
    "hardware and data",
    "attention",
    "return of recurrence",
)
"""What an entry is about: each is a block of rows in the figure, with its own marker."""

GRADES = {
    "P": "primary paper",
    "C": "company announcement",
    "J": "report from outside",
    "A": "account by an interested person",
}
"""What a claim rests on, throughout the book: the letter stands in brackets behind the source."""


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline.

    Attributes:
        when: "1997", "1997-11" or "1997-11-15", as exactly as the source gives it.
        label: a few words, for the figure.
        what: one sentence.
        strand: one of `STRANDS`.
        grade: a letter of `GRADES`.
        key: of the source, in `references.bib`.
        source: author and year, as a reader cites it.
        beyond: what the source does not say.
        publication: whether `when` is the date of the source itself; else the source tells of an earlier event.
    """

    when: str
    label: str
    what: str
    strand: str
    grade: str
    key: str
    source: str
    beyond: str
    publication: bool = True

    @property
    def year(self) -> int:
        """The year of `when`."""
        return int(self.when[:4])

    @property
    def at(self) -> float:
        """`when` as a number of years; in the middle of what is not known more exactly."""
        parts = [int(part) for part in self.when.split("-")]
        month = parts[1] - 1 if len(parts) > 1 else 6
        day = parts[2] - 1 if len(parts) > 2 else (15 if len(parts) > 1 else 0)
        return parts[0] + (month + day / 31) / 12


ENTRIES = (
    # research
    Entry(
        "1991",
        "diploma thesis",
        "Hochreiter analyses why the error shrinks or grows on its way back through time.",
        "research",
        "P",
        "hochreiter1991diploma",
        "Hochreiter 1991",
        "A diploma thesis in German; that many people read it at the time.",
    ),
    Entry(
        "1993",
        "long lags: the problem",
        "Bengio, Frasconi and Simard state the problem of long lags in English, at a conference.",
        "research",
        "P",
        "bengio1993",
        "Bengio et al. 1993",
        "Whether its authors knew of the German thesis.",
    ),
    Entry(
        "1994",
        "learning is difficult",
        "Bengio, Simard and Frasconi publish the analysis in full.",
        "research",
        "P",
        "bengio1994learning",
        "Bengio et al. 1994",
        "That it cannot be done: the title says difficult.",
    ),
    Entry(
        "1995",
        "LSTM, tech report",
        "A technical report with the title Long Short-Term Memory.",
        "research",
        "P",
        "hochreiter1995report",
        "Hochreiter & Schmidhuber 1995",
        "That it is the same cell, word for word, as in 1997.",
    ),
    Entry(
        "1997-11-15",
        "LSTM paper",
        "The paper appears in Neural Computation 9(8): input and output gates, a self-weight of 1.",
        "research",
        "P",
        "hochreiter1997lstm",
        "Hochreiter & Schmidhuber 1997",
        "How it was received.",
    ),
    Entry(
        "1999",
        "forget gate",
        "Gers, Schmidhuber and Cummins let the cell reset itself, in six pages of a conference.",
        "research",
        "P",
        "gers1999",
        "Gers et al. 1999",
        "That 1997's cell was useless without it.",
    ),
    Entry(
        "2000",
        "forget gate, in full",
        "The journal paper on the forget gate; 'the LSTM of 2000' is this book's nickname for its cell.",
        "research",
        "P",
        "gers2000forget",
        "Gers et al. 2000",
        "Full gradients: like the paper of 1997 it truncates them.",
    ),
    Entry(
        "2001",
        "learning to learn",
        "Hochreiter, Younger and Conwell let an LSTM carry out a learning algorithm that it has learnt.",
        "research",
        "P",
        "hochreiter2001learning",
        "Hochreiter et al. 2001",
        "Work of outsiders: Hochreiter is an inventor of the LSTM.",
    ),
    Entry(
        "2001",
        "reinforcement learning",
        "Bakker's agent remembers a sign through a T-shaped maze with an LSTM.",
        "research",
        "P",
        "bakker2001",
        "Bakker 2001",
        "Work far from the inventors: its author was at Leiden and at IDSIA.",
    ),
    Entry(
        "2002",
        "blues",
        "An LSTM of Eck and Schmidhuber improvises blues that keep their form.",
        "research",
        "P",
        "eck2002",
        "Eck & Schmidhuber 2002",
        "How it sounds to others than its authors.",
    ),
    Entry(
        "2005",
        "bidirectional LSTM",
        "Graves and Schmidhuber classify phonemes frame by frame with LSTMs that read both ways.",
        "research",
        "P",
        "graves2005bidirectional",
        "Graves & Schmidhuber 2005",
        "Speech recognition as a whole: the task is one frame at a time.",
    ),
    Entry(
        "2006",
        "CTC",
        "A loss that trains a recurrent net on sequences whose alignment is unknown.",
        "research",
        "P",
        "graves2006ctc",
        "Graves et al. 2006",
        "Use outside the laboratory.",
    ),
    Entry(
        "2008-12",
        "Arabic handwriting",
        "At NIPS: on the data of an Arabic competition a multidimensional LSTM has 91.4 %, the winner had 87.2 %.",
        "research",
        "P",
        "graves2008offline",
        "Graves & Schmidhuber 2008",
        "A win: the competition was over when the network was measured on its data.",
    ),
    Entry(
        "2009",
        "wins at ICDAR 2009",
        "LSTMs trained with CTC win handwriting competitions, a survey says later.",
        "research",
        "A",
        "schmidhuber2015overview",
        "Schmidhuber 2015",
        "An outsider's word: an author of the method wrote the survey. The organisers' report we have not seen.",
        publication=False,
    ),
    Entry(
        "2013",
        "17.7 % on TIMIT",
        "Deep LSTMs reach a phoneme error of 17.7 % on TIMIT, the best that the authors know of.",
        "research",
        "P",
        "graves2013speech",
        "Graves et al. 2013",
        'That all was well before: in speech, its abstract says, recurrent nets had "so far been disappointing".',
    ),
    Entry(
        "2014",
        "large-scale speech",
        "LSTMs as acoustic models on a large vocabulary, by researchers at Google.",
        "research",
        "P",
        "sak2014",
        "Sak et al. 2014",
        "A product; a report of theirs from that February says that recurrent nets in speech had kept to small tasks.",
    ),
    Entry(
        "2014",
        "sequence to sequence",
        "One LSTM reads a sentence, another writes its translation.",
        "research",
        "P",
        "sutskever2014",
        "Sutskever et al. 2014",
        "A product.",
    ),
    Entry(
        "2014",
        "GRU",
        "An encoder and a decoder with a simpler gated unit, later called the GRU.",
        "research",
        "P",
        "cho2014gru",
        "Cho et al. 2014",
        "A whole translation system: it scores the phrases of one.",
    ),
    Entry(
        "2016",
        "A3C, also recurrent",
        "Agents that learn Atari games and more; one variant has a recurrent network.",
        "research",
        "P",
        "mnih2016a3c",
        "Mnih et al. 2016",
        "That recurrence made the difference; the DQN before it is feed-forward.",
    ),
    Entry(
        "2017",
        "search space odyssey",
        "Of eight variants of the LSTM none is much better than the standard one.",
        "research",
        "P",
        "greff2017odyssey",
        "Greff et al. 2017",
        "Anything about the cell of 1997: the standard here has a forget gate.",
    ),
    Entry(
        "2019",
        "AlphaStar",
        "The network that plays StarCraft II has a deep LSTM core.",
        "research",
        "P",
        "vinyals2019alphastar",
        "Vinyals et al. 2019",
        "That the core is what mattered: attention and much else stand beside it.",
    ),
    # products
    Entry(
        "2012",
        "Voice Search: deep nets",
        "Google's speech recognition changes from Gaussian mixtures to deep neural networks.",
        "products",
        "C",
        "sak2015blog",
        "Sak et al. 2015",
        "LSTM: these networks had no recurrence. A post by a colleague a month before dates LSTMs to May 2012.",
        publication=False,
    ),
    Entry(
        "2012-05",
        "Android: LSTM?",
        "LSTMs were launched in Android's speech recogniser, a post of 2015 says in passing.",
        "products",
        "C",
        "beaufays2015",
        "Beaufays 2015",
        "What the company's other sources say: they put LSTMs later. Chapter 11 sets the two beside each other.",
        publication=False,
    ),
    Entry(
        "2014-07-30",
        "Siri: neural nets",
        "Apple's Siri moves its voice recognition to neural networks.",
        "products",
        "J",
        "levy2016",
        "Levy 2016",
        "LSTM at that date.",
        publication=False,
    ),
    Entry(
        "2015-05-20",
        "Baidu: recurrent",
        "Baidu puts a neural translator online for Chinese to English, recurrent on both sides.",
        "products",
        "C",
        "he2015baidu",
        "He 2015",
        "Which cell; it is joined to the older statistical system.",
        publication=False,
    ),
    Entry(
        "2015-08-11",
        "Google Voice: LSTM",
        "Google tells how LSTMs came to write down voicemail, after an announcement a few weeks before.",
        "products",
        "C",
        "beaufays2015",
        "Beaufays 2015",
        "How many users it serves.",
    ),
    Entry(
        "2015-09-24",
        "Voice Search: LSTM",
        "Google announces acoustic models that are LSTMs trained with CTC.",
        "products",
        "C",
        "sak2015blog",
        "Sak et al. 2015",
        "When the first user was served, and how many.",
    ),
    Entry(
        "2016-06-13",
        "QuickType",
        "Apple's keyboard suggests words with LSTMs, a magazine reports from a keynote.",
        "products",
        "J",
        "wired2016",
        "Wired 2016",
        "What was measured: a keynote is a show.",
        publication=False,
    ),
    Entry(
        "2016-08-24",
        "Siri: among others, LSTM",
        "A report lists LSTMs among the parts of Siri 'now', beside four other kinds of model.",
        "products",
        "J",
        "levy2016",
        "Levy 2016",
        "Since when, and which part of the work they do.",
    ),
    Entry(
        "2016-09-27",
        "Google Translate",
        "Google announces its neural translation, a deep LSTM with attention, first for Chinese to English.",
        "products",
        "C",
        "le2016blog",
        "Le & Schuster 2016",
        "The other languages on that day. Until then the system was phrase-based.",
    ),
    Entry(
        "2017-08-03",
        "Facebook translation",
        "Facebook has moved all translation, 4.5 billion a day, to neural networks; LSTMs with attention came first.",
        "products",
        "C",
        "pino2017",
        "Pino et al. 2017",
        "That all of them were LSTMs; nor can anybody outside check the count.",
    ),
    Entry(
        "2018",
        "Alexa: whispers",
        "Amazon's researchers compare an LSTM with a feed-forward network for telling whispers, for Alexa.",
        "products",
        "C",
        "amazon2018whisper",
        "Amazon Science 2018",
        'Which of them runs: "the ultimate implementation differs somewhat".',
    ),
    Entry(
        "2020-06-08",
        "Translate: hybrid",
        "Google describes a hybrid model for Translate: a Transformer reads, a recurrent network writes.",
        "products",
        "C",
        "caswell2020",
        "Caswell & Liang 2020",
        "What runs there today.",
    ),
    Entry(
        "2024",
        "flood warnings",
        "An LSTM forecasts floods in rivers without gauges; the warnings are public in over 80 countries.",
        "products",
        "P",
        "nearing2024",
        "Nearing et al. 2024",
        "That no other network could: it is compared with a physical model.",
    ),
    # hardware and data
    Entry(
        "2014",
        "8 GPUs, 10 days",
        "A sequence-to-sequence LSTM is trained on one machine of eight GPUs, for about ten days.",
        "hardware and data",
        "P",
        "sutskever2014",
        "Sutskever et al. 2014",
        "Which GPUs.",
    ),
    Entry(
        "2016",
        "96 GPUs, 6 days",
        "On a public benchmark a basic model of Google's translation LSTM takes about six days on 96 GPUs.",
        "hardware and data",
        "P",
        "wu2016gnmt",
        "Wu et al. 2016",
        "What the models in use took.",
    ),
    Entry(
        "2017",
        "8 GPUs, 3.5 days",
        "The large Transformer is trained on eight GPUs in three and a half days.",
        "hardware and data",
        "P",
        "vaswani2017",
        "Vaswani et al. 2017",
        "What an LSTM reaches on the same GPUs in the same time.",
    ),
    Entry(
        "2019",
        "a million hours",
        "Acoustic models learn from a million hours of speech without labels and 7,000 with.",
        "hardware and data",
        "P",
        "parthasarathi2019",
        "Parthasarathi & Strom 2019",
        "In which product they are; for Alexa, a page of Amazon says, one was to be integrated.",
    ),
    # attention
    Entry(
        "2015",
        "attention in an RNN",
        "A recurrent translator looks back at every word of the source; first posted in 2014.",
        "attention",
        "P",
        "bahdanau2015",
        "Bahdanau et al. 2015",
        "That recurrence can go: it is there, on both sides.",
    ),
    Entry(
        "2017",
        "Transformer",
        "A network for sequences from attention alone, without recurrence.",
        "attention",
        "P",
        "vaswani2017",
        "Vaswani et al. 2017",
        "Anything beyond translation and parsing.",
    ),
    Entry(
        "2020",
        "Transformers are RNNs",
        "With linear attention, a Transformer can be run as a recurrent network.",
        "attention",
        "P",
        "katharopoulos2020",
        "Katharopoulos et al. 2020",
        "That softmax attention can.",
    ),
    # return of recurrence
    Entry(
        "2022",
        "S4",
        "Structured state spaces, a linear recurrence, model long sequences efficiently.",
        "return of recurrence",
        "P",
        "gu2022s4",
        "Gu et al. 2022",
        "Much about language.",
    ),
    Entry(
        "2023",
        "linear recurrent unit",
        "A plain linear recurrent layer, well parametrised, matches such models on long sequences.",
        "return of recurrence",
        "P",
        "orvieto2023lru",
        "Orvieto et al. 2023",
        "Language, or large models.",
    ),
    Entry(
        "2023",
        "RWKV",
        "A network that trains in parallel as a Transformer does and runs as a recurrent network.",
        "return of recurrence",
        "P",
        "peng2023rwkv",
        "Peng et al. 2023",
        "That it replaces Transformers in use.",
    ),
    Entry(
        "2023",
        "Mamba",
        "A linear recurrence whose coefficients depend on the input, computed by a scan.",
        "return of recurrence",
        "P",
        "gu2023mamba",
        "Gu & Dao 2023",
        "Peer review: this is the preprint.",
    ),
    Entry(
        "2024",
        "xLSTM",
        "Hochreiter and colleagues change gates and memory of the LSTM; one of two new cells is fully parallel.",
        "return of recurrence",
        "P",
        "beck2024xlstm",
        "Beck et al. 2024",
        "An outsider's comparison.",
    ),
    Entry(
        "2024",
        "the illusion of state",
        "S4, Mamba and their like cannot track some simple states, unless two kinds of circuits are equally strong.",
        "return of recurrence",
        "P",
        "merrill2024",
        "Merrill et al. 2024",
        "A limit of recurrence: nonlinear recurrent networks can.",
    ),
)
"""Every entry, a strand after the other, each in the order of time."""
