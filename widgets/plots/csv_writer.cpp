// Writes rows of comma-separated values (RFC 4180) with numbers that read back to the same double.
#include "widgets/plots/csv_writer.h"

#include <QIODevice>

#include <array>
#include <charconv>
#include <cmath>

namespace halftone {

namespace {

constexpr qsizetype kBufferBytes = 1 << 16;

} // namespace

CsvWriter::CsvWriter(QIODevice& device)
    : m_device(device)
{
    m_buffer.reserve(kBufferBytes + 1024);
}

CsvWriter::~CsvWriter() { flush(); }

void CsvWriter::separate()
{
    if (m_rowStarted) m_buffer.append(',');
    m_rowStarted = true;
}

CsvWriter& CsvWriter::text(const QString& value)
{
    separate();
    QByteArray bytes = value.toUtf8();
    if (bytes.contains(',') || bytes.contains('"') || bytes.contains('\n') || bytes.contains('\r')) {
        bytes.replace('"', "\"\"");
        m_buffer.append('"').append(bytes).append('"');
    } else {
        m_buffer.append(bytes);
    }
    return *this;
}

CsvWriter& CsvWriter::number(double value)
{
    separate();
    if (!std::isfinite(value)) return *this;
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    m_buffer.append(digits.data(), end - digits.data());
    return *this;
}

CsvWriter& CsvWriter::integer(qint64 value)
{
    separate();
    m_buffer.append(QByteArray::number(value));
    return *this;
}

void CsvWriter::endRow()
{
    m_buffer.append("\r\n");
    m_rowStarted = false;
    if (m_buffer.size() >= kBufferBytes) flush();
}

void CsvWriter::header(std::initializer_list<QString> names)
{
    for (const QString& name : names) text(name);
    endRow();
}

bool CsvWriter::flush()
{
    if (m_good && !m_buffer.isEmpty()) m_good = m_device.write(m_buffer) == m_buffer.size();
    m_buffer.clear();
    return m_good;
}

} // namespace halftone
