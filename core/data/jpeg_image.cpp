// libjpeg reports errors by a jump back to where it was called from; each step here is a function that jumps over nothing of C++.
#include "core/data/jpeg_image.h"

#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <vector>

#include <jpeglib.h>

namespace halftone {

namespace {

constexpr std::int64_t kMostPixels = 100'000'000;

struct JumpingErrors {
    jpeg_error_mgr manager; // first, so that libjpeg's pointer to it is one to all of this
    std::jmp_buf escape;
    std::array<char, JMSG_LENGTH_MAX> message;
};

[[noreturn]] void leaveDecoder(j_common_ptr decoder)
{
    auto* const errors = reinterpret_cast<JumpingErrors*>(decoder->err);
    decoder->err->format_message(decoder, errors->message.data());
    std::longjmp(errors->escape, 1);
}

void sayNothing(j_common_ptr, int) {}

class JpegDecoder {
public:
    static constexpr JDIMENSION kRows = 8;

    JpegDecoder()
    {
        m_decoder.err = jpeg_std_error(&m_errors.manager);
        m_errors.manager.error_exit = leaveDecoder;
        m_errors.manager.emit_message = sayNothing; // warnings of damaged data: what can be decoded is
        m_errors.message[0] = '\0';
    }
    ~JpegDecoder() { jpeg_destroy_decompress(&m_decoder); } // also where creating it failed: then it knows no memory
    JpegDecoder(const JpegDecoder&) = delete;
    JpegDecoder& operator=(const JpegDecoder&) = delete;

    bool readHeader(std::span<const std::byte> file)
    {
        if (setjmp(m_errors.escape) != 0) return false;
        jpeg_create_decompress(&m_decoder);
        jpeg_mem_src(&m_decoder, reinterpret_cast<const unsigned char*>(file.data()), file.size());
        jpeg_read_header(&m_decoder, TRUE);
        return true;
    }
    // `strip` has room for kRows rows of the image, `pixels` for the window, which lies inside it.
    bool readPixels(const PixelWindow& window, std::uint8_t* strip, std::uint8_t* pixels)
    {
        if (setjmp(m_errors.escape) != 0) return false;
        m_decoder.out_color_space = JCS_EXT_BGR;
        m_decoder.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&m_decoder);
        for (JDIMENSION i = 0; i < kRows; ++i) m_rows[i] = strip + std::size_t{3} * m_decoder.output_width * i;
        const std::int64_t bottom = window.top + window.extent.height;
        const auto rowBytes = static_cast<std::size_t>(3 * window.extent.width);
        for (std::int64_t y = 0; y < bottom;) {
            const JDIMENSION count = jpeg_read_scanlines(&m_decoder, m_rows.data(), kRows);
            for (JDIMENSION i = 0; i < count; ++i, ++y)
                if (y >= window.top && y < bottom)
                    std::memcpy(pixels + static_cast<std::size_t>(y - window.top) * rowBytes, m_rows[i] + 3 * window.left, rowBytes);
        }
        return true; // what is left of the file is not looked at
    }

    std::int64_t width() const { return m_decoder.image_width; }
    std::int64_t height() const { return m_decoder.image_height; }
    int components() const { return m_decoder.num_components; }
    std::string message() const { return m_errors.message.data(); }

private:
    jpeg_decompress_struct m_decoder{};
    JumpingErrors m_errors{};
    std::array<JSAMPROW, kRows> m_rows{};
};

} // namespace

Result<std::optional<PixelImage>> decodeJpeg(
    std::span<const std::byte> file, const std::string& name, const std::optional<PixelWindow>& window)
{
    JpegDecoder decoder;
    const auto failure = [&] {
        return Error{ErrorCode::Corrupt, "The image " + name + " cannot be decoded (" + decoder.message() + "); replace or remove it."};
    };
    if (!decoder.readHeader(file)) return failure();
    if (decoder.components() != 1 && decoder.components() != 3) return std::optional<PixelImage>{};
    const std::int64_t width = decoder.width(), height = decoder.height();
    const PixelWindow kept = window.value_or(PixelWindow{0, 0, {width, height}});
    if (width * height > kMostPixels || kept.left + kept.extent.width > width || kept.top + kept.extent.height > height)
        return Error{ErrorCode::Corrupt,
            "The image " + name + " says that it is " + std::to_string(width) + " x " + std::to_string(height)
                + " pixels, which cannot be right; replace or remove it."};
    PixelImage image{kept.extent.width, kept.extent.height, 3, {}};
    image.pixels.resize(static_cast<std::size_t>(image.width * image.height * 3));
    std::vector<std::uint8_t> strip(static_cast<std::size_t>(3 * width) * JpegDecoder::kRows);
    if (!decoder.readPixels(kept, strip.data(), image.pixels.data())) return failure();
    return std::optional(std::move(image));
}

} // namespace halftone
