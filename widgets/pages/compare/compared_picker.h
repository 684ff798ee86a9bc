// A list to choose from of what can be compared, under the headings of its kinds.
#pragma once

#include <QComboBox>

#include "widgets/pages/compare/compared.h"

namespace halftone {

class ComparedPicker : public QComboBox {
public:
    explicit ComparedPicker(QWidget* parent = nullptr);

    // The one of the key is chosen, else the first.
    void setChoices(const std::vector<Compared>& all, const QString& key);
    QString key() const; // of the chosen one; empty when there is none
    void choose(const QString& key);
};

} // namespace halftone
