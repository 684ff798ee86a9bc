// Fuzzes CSV lists of images, label maps, the headers of image files, JPEGs, and masks that are PNG files.
#include "core/data/image_header.h"
#include "core/data/image_list.h"
#include "core/data/jpeg_image.h"
#include "core/data/label_map.h"
#include "core/data/png_indices.h"
#include "fuzz_inputs.h"
#include "fuzz_targets.h"

namespace halftone::fuzz {

namespace {

// As the loader does it: the decoder is asked only for what the header may promise.
void runJpeg(std::span<const std::byte> input)
{
    const auto extent = readImageExtent(input, "file");
    if (!extent.ok()) return requireSentence(extent.error());
    if (input[0] != std::byte{0xFF}) return;
    const auto image = decodeJpeg(input, "file", PixelWindow{0, 0, {1, extent->height}});
    if (!image.ok()) return requireSentence(image.error());
    if (*image) require((*image)->pixels.size() == 3 * static_cast<std::size_t>(extent->height), "the window is whole");
}

// Likewise: the mask has the room that the header may promise.
void runMask(std::span<const std::byte> input)
{
    if (!isPng(input)) return;
    const auto extent = readImageExtent(input, "file");
    if (!extent.ok()) return;
    std::vector<std::uint8_t> mask(static_cast<std::size_t>(extent->width * extent->height));
    if (const Status read = readPngIndices(input, "file", mask); !read.ok()) requireSentence(read.error());
}

void runLabelMap(std::span<const std::byte> input)
{
    const auto map = parseLabelMap(asText(input), "file");
    if (!map.ok()) return requireSentence(map.error());
    const auto again = parseLabelMap(text(*map), "written");
    require(again.ok() && *again == *map, "a written map reads back");
}

void run(std::span<const std::byte> input)
{
    runJpeg(input);
    runMask(input);
    runLabelMap(input);
    const auto list = parseImageList(asText(input), "file");
    if (!list.ok()) return requireSentence(list.error());
    for (const ListedImage& image : list->images)
        require(image.label >= 0 && image.label < static_cast<std::int64_t>(list->classNames.size()), "a label is a class");
}

std::vector<Bytes> seeds()
{
    std::vector<Bytes> files;
    for (const char* text : {"path,label,split\na.png,cat,train\nb.png,dog,test\n", "a.png,0\nb.png,1\r\nc.png,1\n",
             "\xef\xbb\xbf\"file name\",class\n\"a \"\"b\"\".jpg\",\"x\ny\"\n", "P6\n# made\n4 3\n255\n", "P5 2 2 255 ....",
             "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0"})
        files.push_back(asBytes(text));
    files.push_back(
        asBytes(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\4\0\0\0\4\x08\2\0\0\0", 29) + std::string(40, 'x')));
    files.push_back(asBytes(
        std::string("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\4\0\4\3\1\x22\0\2\x11\1\3\x11\1", 39)
        + std::string(40, 'x')));
    files.push_back(
        asBytes(std::string("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\1\0\x9d\x01\x2a\4\0\4\0", 30) + std::string(30, 'x')));
    files.push_back(asBytes(std::string( // 4 x 4 pixels of 4 bit with a palette
        "\211\120\116\107\015\012\032\012\000\000\000\015\111\110\104\122\000\000\000\004\000\000\000\004\004\003"
        "\000\000\000\133\337\203\115\000\000\000\060\120\114\124\105\000\001\002\003\004\005\006\007\010\011\012"
        "\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037\040\041\042\043\044"
        "\045\046\047\050\051\052\053\054\055\056\057\255\227\216\357\000\000\000\024\111\104\101\124\170\234\143"
        "\140\144\140\020\144\146\120\144\143\060\344\004\000\001\334\000\167\370\152\050\244\000\000\000\000\111"
        "\105\116\104\256\102\140\202",
        137)));
    return files;
}

} // namespace

FuzzTarget imageListTarget() { return {"image_list", run, seeds}; }

} // namespace halftone::fuzz
