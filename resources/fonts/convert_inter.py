#!/usr/bin/env python3
# Makes the bundled Inter from Debian's fonts-inter: TrueType outlines, the scripts the program shows, a family name of its own.
#
# Qt draws PostScript outlines (.otf) with darkened stems, so that light words on a dark panel look a weight heavier than they are;
# TrueType outlines are drawn as designed. The name keeps a system's own Inter, which has PostScript outlines, from taking its place.
#
#   pip install fonttools && ./convert_inter.py /usr/share/fonts/opentype/inter .
import sys

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

SCRIPTS = [(0x20, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x22FF), (0x2500, 0x25FF), (0x2700, 0x27BF), (0xFB00, 0xFB06)]
ERROR_PER_EM = 0.0005  # of the quadratic outlines against the cubic ones


def keep_scripts(font):
    options = Options(layout_features=["kern", "calt", "ccmp", "locl", "mark", "mkmk"], name_IDs=["*"], notdef_outline=True, glyph_names=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in SCRIPTS for code in range(first, last + 1)])
    subsetter.subset(font)


def make_outlines_truetype(font):
    drawings = font.getGlyphSet()
    order = font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(drawings)
        drawings[name].draw(Cu2QuPen(pen, ERROR_PER_EM * font["head"].unitsPerEm, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder = order
    table.glyphs = glyphs
    for name in order:
        table[name].recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyphs[name], "xMin", 0))
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    for field in ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
                  "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth"):
        setattr(profile, field, 0)
    profile.maxZones = 1
    font["post"].formatType = 3.0
    for gone in ("CFF ", "VORG"):
        if gone in font:
            del font[gone]
    font.sfntVersion = "\000\001\000\000"


def rename(font):
    for record in font["name"].names:
        text = record.toUnicode()
        if record.nameID in (1, 4, 16) and text.startswith("Inter"):
            record.string = "Halftone " + text
        elif record.nameID == 6:
            record.string = "Halftone" + text


source, target = sys.argv[1:]
for weight in ("Regular", "Medium", "SemiBold"):
    font = TTFont(f"{source}/Inter-{weight}.otf")
    keep_scripts(font)
    make_outlines_truetype(font)
    rename(font)
    font.save(f"{target}/HalftoneInter-{weight}.ttf")
