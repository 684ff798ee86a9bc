// The C library's and Qt's ways to write a number.
#include "widgets/format/plain_numbers.h"

#include <clocale>

#include <QLocale>

namespace halftone {

void usePlainNumbers()
{
    std::setlocale(LC_NUMERIC, "C");
    QLocale::setDefault(QLocale::c());
}

} // namespace halftone
