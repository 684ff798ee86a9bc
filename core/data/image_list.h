// A table of image files and their labels, as a CSV text holds it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace halftone {

enum class ImagePart { None, Train, Validation, Test };

struct ListedImage {
    std::string path; // as written
    std::int64_t label = 0; // index of ImageList::classNames
    std::int64_t line = 0;
    ImagePart part = ImagePart::None;
};

struct ImageList {
    std::vector<std::string> classNames; // sorted; of labels that are numbers "0", "1" and so on up to the highest
    bool numbered = false; // every label is a number
    bool hasParts = false; // there is a split column
    std::vector<ListedImage> images; // in the text's order
};

// With a header the columns are found by name (path, file, filename or image; label, class or target; split, set or part), in
// any order, and others are passed over; without one they are path, label and, where there is a third, split. A split is train,
// val, valid, validation or test, in any case. Errors name `name` and the line.
Result<ImageList> parseImageList(std::string_view text, const std::string& name);

} // namespace halftone
