// Writes rows of comma-separated values (RFC 4180) with numbers that read back to the same double.
#pragma once

#include <QByteArray>
#include <QString>
#include <initializer_list>

class QIODevice;

namespace halftone {

class CsvWriter {
public:
    explicit CsvWriter(QIODevice& device);
    CsvWriter(const CsvWriter&) = delete;
    CsvWriter& operator=(const CsvWriter&) = delete;
    ~CsvWriter();

    CsvWriter& text(const QString& value);
    // Not finite: an empty cell.
    CsvWriter& number(double value);
    CsvWriter& integer(qint64 value);
    void endRow();
    void header(std::initializer_list<QString> names);
    // False once the device has refused to take something.
    bool flush();

private:
    void separate();

    QIODevice& m_device;
    QByteArray m_buffer;
    bool m_rowStarted = false;
    bool m_good = true;
};

} // namespace halftone
