// Fuzzes CSV lists of images, label maps, the headers of image files, and JPEGs.
#include "core/data/image_header.h"
#include "core/data/image_list.h"
#include "core/data/jpeg_image.h"
#include "core/data/label_map.h"
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
    return files;
}

} // namespace

FuzzTarget imageListTarget() { return {"image_list", run, seeds}; }

} // namespace halftone::fuzz
