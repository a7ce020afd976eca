"""Byte-level BPE of drover-mini: training of the merges and the canonical encoder.

The encoder is what Drover's engine does: cut control tokens (only where the caller allows them) and
user-defined atoms longest first over the whole text, split the rest by the "drover-mini" regex,
then merge by rank. Pieces are cached, so that encoding is a dictionary look-up for most text.
"""
import collections, json, re, unicodedata

CONTROL = ["<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>", "<|call|>", "<|endcall|>",
           "<|pad|>"]
BEGIN, END, SYSTEM, USER, ASSISTANT, TOOL, CALL, ENDCALL, PAD = range(9)
ATOMS = ['{"name":"', '","arguments":{"', 'command":"', 'file_path":"', '","old_string":"', '","new_string":"',
         'subagent_type":"', '","prompt_template":"', '","items_from":"', 'status":"', '","result":"', '"}}']
PRE = "drover-mini"
REGEX = r"\p{N}|\p{L}+|_|\r?\n[ \t]*|[ \t]+|[^\s\p{L}\p{N}_]"
VOCAB = 1024
_ASCII = re.compile(r"[0-9]|[A-Za-z]+|_|\r?\n[ \t]*|[ \t]+|[^\sA-Za-z0-9_]|[\r\v\f]+")


def byte_chars():
    """The printable code point that stands for each byte (the gpt2 table)."""
    keep = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    table, extra = {}, 0
    for b in range(256):
        if b in keep:
            table[b] = chr(b)
        else:
            table[b] = chr(256 + extra)
            extra += 1
    return table


BYTE = byte_chars()
UNBYTE = {c: b for b, c in BYTE.items()}


def split_unicode(text):
    """The regex for text with non-ASCII characters, by Unicode category."""
    out, i, n = [], 0, len(text)
    kind = lambda c: unicodedata.category(c)[0]
    while i < n:
        c, j = text[i], i + 1
        if kind(c) == "L":
            while j < n and kind(text[j]) == "L":
                j += 1
        elif c == "\n" or (c == "\r" and j < n and text[j] == "\n"):
            j = i + (2 if c == "\r" else 1)
            while j < n and text[j] in " \t":
                j += 1
        elif c in " \t":
            while j < n and text[j] in " \t":
                j += 1
        elif c.isspace() and kind(c) != "N":
            while j < n and text[j].isspace() and text[j] not in " \t\n":
                if text[j] == "\r" and j + 1 < n and text[j + 1] == "\n":
                    break
                j += 1
        out.append(text[i:j])
        i = j
    return out


def pieces(text):
    return _ASCII.findall(text) if text.isascii() else split_unicode(text)


class Tokenizer:
    def __init__(self, merges):
        self.merges = [tuple(m) for m in merges]
        self.rank = {m: i for i, m in enumerate(self.merges)}
        self.tokens = CONTROL + ATOMS + [BYTE[b] for b in range(256)] + ["".join(m) for m in self.merges]
        self.types = [3] * len(CONTROL) + [4] * len(ATOMS) + [1] * (256 + len(self.merges))
        self.id = {t: i for i, t in enumerate(self.tokens)}
        self.atoms = re.compile("|".join(re.escape(a) for a in sorted(ATOMS, key=len, reverse=True)))
        self.cache = {}
        self.bytes = [t.encode() if i < 21 else bytes(UNBYTE[c] for c in t) for i, t in enumerate(self.tokens)]

    def piece(self, piece):
        ids = self.cache.get(piece)
        if ids is None:
            sym = [BYTE[b] for b in piece.encode()]
            while len(sym) > 1:
                best = min(((self.rank.get(p, 1 << 30), i) for i, p in enumerate(zip(sym, sym[1:]))))
                if best[0] == 1 << 30:
                    break
                i = best[1]
                sym[i:i + 2] = [sym[i] + sym[i + 1]]
            ids = self.cache[piece] = [self.id[s] for s in sym]
        return ids

    def encode(self, text):
        """Text without control tokens (untrusted text can never make one)."""
        out, at = [], 0
        for m in self.atoms.finditer(text):
            for p in pieces(text[at:m.start()]):
                out += self.piece(p)
            out.append(self.id[m.group()])
            at = m.end()
        for p in pieces(text[at:]):
            out += self.piece(p)
        return out

    def decode(self, ids):
        return b"".join(self.bytes[i] for i in ids).decode("utf-8", "replace")

    def save(self, path):
        json.dump({"pre": PRE, "merges": self.merges}, open(path, "w"))

    @staticmethod
    def load(path):
        return Tokenizer(json.load(open(path))["merges"])


def train(texts, vocab=VOCAB):
    """Plain BPE over the pieces of the texts; deterministic: ties go to the smaller pair."""
    atoms = Tokenizer([]).atoms
    counts = collections.Counter()
    for text in texts:
        for part in atoms.split(text):
            counts.update(pieces(part))
    words = [([BYTE[b] for b in p.encode()], c) for p, c in counts.items()]
    merges = []
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for w, (sym, c) in enumerate(words):
        for p in zip(sym, sym[1:]):
            pairs[p] += c
            where[p].add(w)
    while len(merges) < vocab - 21 - 256:
        best = min(pairs.items(), key=lambda kv: (-kv[1], kv[0]))[0]
        merges.append(best)
        for w in list(where[best]):
            sym, c = words[w]
            for p in zip(sym, sym[1:]):
                pairs[p] -= c
                where[p].discard(w)
            i = 0
            while i < len(sym) - 1:
                if (sym[i], sym[i + 1]) == best:
                    sym[i:i + 2] = [sym[i] + sym[i + 1]]
                i += 1
            for p in zip(sym, sym[1:]):
                pairs[p] += c
                where[p].add(w)
        del pairs[best]
    return Tokenizer(merges)
